"""`mypage mail`: the mails that customers get, and what came back of them."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from chassis.database.db import Database
from chassis.process.settings import load
from messages.company import CompanyProfile
from mypage.commands.bounce_report import BROKEN, TOO_LARGE, Told
from mypage.commands.operator_databases import with_database
from mypage.commands.options import AsJson, DryRun
from mypage.returned_mail.mailbox import NoMailbox, messages_in, messages_of
from mypage.returned_mail.reading import NoBounce, read_message
from mypage.settings import CompanySettings, MailSettings
from mypage.streams import json_text
from services.notification.bounces.take_bounce import take_bounce
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
        typer.Option(file_okay=False, help="書き込むフォルダ。省略すると標準出力にテキストの部分"),
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


def _server(text: str | None) -> str | None:
    if text is not None:
        from mypage.mail_dns.lookups import NoSuchServer, nameserver_of

        try:
            nameserver_of(text)
        except NoSuchServer:
            raise typer.BadParameter("192.0.2.53 か 192.0.2.53:53 の形で書いてください。") from None
    return text


def _address(texts: list[str]) -> list[str]:
    for text in texts:
        try:
            ip_address(text)
        except ValueError:
            raise typer.BadParameter(f"IP アドレスではありません: {text}") from None
    return texts


@mail_app.command("doctor")
def doctor(
    selector: Annotated[
        list[str] | None, typer.Option(help="DKIM のセレクター。いくつでも書けます", metavar="NAME")
    ] = None,
    sends_from: Annotated[
        list[str],
        typer.Option(
            callback=_address, help="リレーが送り出す IP アドレス。いくつでも書けます", metavar="ADDRESS"
        ),
    ] = [],  # noqa: B006 - Typer's way, never changed
    nameserver: Annotated[
        str | None,
        typer.Option(
            callback=_server, help="この DNS サーバーに聞きます。省略すると、この機械の設定のとおり"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """メールのドメインの DNS と、リレーの TLS を調べます。直すものがあれば終了コードは 1 です。

    SPF、DKIM、DMARC、差出人のドメイン、逆引きを見ます。何も変更しません。

    例: mypage mail doctor --selector s1 --sends-from 192.0.2.10
    """
    from mypage.commands.mail_findings import told  # dnspython is read only by whoever asks DNS
    from mypage.mail_dns.lookups import nameserver_of

    server = nameserver_of(nameserver) if nameserver else None
    findings = asyncio.run(told(load(MailSettings), selector or [], sends_from, server))
    if as_json:
        typer.echo(json_text([asdict(each) for each in findings]))
    else:
        typer.echo("\n".join(map(str, findings)))
    if any(each.is_ill for each in findings):
        raise typer.Exit(1)


def _there(mailbox: Path) -> Path:
    if str(mailbox) != "-" and not mailbox.exists():
        raise typer.BadParameter(f"{mailbox} がありません。")
    return mailbox


@mail_app.command("bounces")
def bounces(
    mailbox: Annotated[
        Path,
        typer.Argument(
            metavar="MAILBOX",
            callback=_there,
            help="mbox のファイル、Maildir のフォルダ、1 通だけのファイル。- は標準入力",
        ),
    ],
    dry_run: DryRun = False,
    json: AsJson = False,
) -> None:
    """届かなかったメールの通知を読み、届かないアドレスを記録します。

    メールボックスは変更しません。同じ通知を何度読んでも結果は変わりません。
    読めないものが 1 通でもあれば終了コードは 1 です。

    例: mypage mail bounces /var/mail/bounces
    """
    try:
        told = asyncio.run(
            with_database("notification", lambda database: _take_all(database, mailbox, dry_run, json))
        )
    except NoMailbox:
        raise typer.BadParameter(
            "Maildir のフォルダ（cur と new があるもの）ではありません。", param_hint="MAILBOX"
        ) from None
    counts = Counter(each.outcome for each in told)
    if json:
        typer.echo(json_text({"messages": [asdict(each) for each in told], "counts": counts}))
    else:
        typer.echo(f"{'（試行）' if dry_run else ''}{len(told):,} 通を読みました。")
    if BROKEN & counts.keys():
        raise typer.Exit(1)


async def _take_all(database: Database, mailbox: Path, dry_run: bool, json: bool) -> list[Told]:
    """One after the other, and each told as soon as it is done: what was done before a fault is seen."""
    told = []
    for number, raw in enumerate(_messages(mailbox), start=1):
        told.append(await _take(database, number, raw, dry_run))
        if not json:
            typer.echo(told[-1].sentence)
    return told


def _messages(mailbox: Path) -> Iterator[bytes | None]:
    return messages_of(sys.stdin.buffer) if str(mailbox) == "-" else messages_in(mailbox)


async def _take(database: Database, number: int, raw: bytes | None, dry_run: bool) -> Told:
    if raw is None:
        return Told(number, TOO_LARGE)
    bounce = read_message(raw)
    if isinstance(bounce, NoBounce):
        return Told(number, bounce.value)
    outcome, mail = await take_bounce(database, bounce, dry_run=dry_run)
    kind, key = (mail.kind, mail.mail_key) if mail else (None, None)
    return Told(number, outcome.value, kind, key, bounce.failure.in_numbers)
