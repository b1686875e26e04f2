"""`mypage mail`: the mails that customers get, and what came back of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chassis.process.settings import load
from messages.company import CompanyProfile
from mypage.settings import CompanySettings
from services.notification.orders.domain import MailKind

mail_app = typer.Typer(no_args_is_help=True, help="メール")

_KINDS = "、".join(MailKind)


@mail_app.callback()
def mail() -> None:
    """メール。"""


def _kind(name: str | None) -> str | None:
    if name is not None and name not in list(MailKind):
        raise typer.BadParameter(f"その種類はありません。次のどれかを書いてください: {_KINDS}")
    return name


@mail_app.command("preview")
def preview(
    kind: Annotated[
        str | None,
        typer.Argument(callback=_kind, help=f"種類。省略するとすべて: {_KINDS}"),
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="HTML の部分だけ")] = False,
    text: Annotated[bool, typer.Option("--text", help="テキストの部分だけ")] = False,
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="書き込むフォルダー。省略すると標準出力にテキストの部分"),
    ] = None,
) -> None:
    """お客様に送るメールの見本を、実在しないお客様の値で作ります。

    例: mypage mail preview activation --html --out 見本
    """
    if html and text:
        raise typer.BadParameter("--html と --text は、どちらか一つにしてください。")
    from mypage.sample_mails import read_sample  # the templates are read only by whoever looks at mails

    company: CompanyProfile = load(CompanySettings).company
    for each in [MailKind(kind)] if kind else MailKind:
        sample = read_sample(each, company)
        if out is None:
            typer.echo(f"{sample.head}\n\n{sample.html if html else sample.text}")
            continue
        out.mkdir(parents=True, exist_ok=True)
        files = {"txt": sample.text.encode(), "html": sample.html.encode(), "eml": sample.raw}
        wanted = ["html"] if html else ["txt"] if text else list(files)
        for ending in wanted:
            file = out / f"{each}.{ending}"
            file.write_bytes(files[ending])
            typer.echo(str(file))
