"""What `mypage charges verify` says of what does not agree. On a terminal, which may be a log, numbers of
customers are masked; whoever has to act has the whole list written to a file.
"""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from chassis.csv_import import masked
from mypage.commands.import_report import write_rows
from mypage.streams import json_text
from services.billing.publication.domain import AlteredLine, Disagreement, Fault, LineFault
from services.billing.publication.verify_charges import VerifiedCharges

_TITLES = ("請求年月", "お客様番号", "版", "一致しない点")
_FIELDS = ("billing_month", "customer_number", "revision", "fault", "sentence")
_SENTENCES = {
    Fault.PUBLICATION: "公開の状態が、公開と取り下げの記録と違います",
    Fault.UNRECORDED: "公開されていますが、公開したときの内容の記録がありません",
    Fault.GONE: "公開した明細がありません",
    Fault.ALTERED: "合計の欄または公開した日時が、公開したときと違います",
    Fault.HISTORY: "訂正する前の版がないか、公開したときと違います",
}
_LINES = {
    LineFault.ALTERED: "{place}行目が公開したときと違います",
    LineFault.ADDED: "{place}行目は公開したときにはありません",
    LineFault.GONE: "公開したときの{place}行目がありません",
}


def say_verified(verified: VerifiedCharges, *, as_json: bool, report: Path | None) -> None:
    """The result on standard output, what does not agree on standard error. Ends the command with exit code 1
    when anything does not.
    """
    if report:
        rows = [_cells(each, hidden=False) for each in verified.disagreements]
        write_rows(report, _TITLES, [*rows, *([("", "", "", rest)] if (rest := _rest(verified)) else [])])
    if as_json:
        listed = [dict(zip(_FIELDS, _values(each), strict=True)) for each in verified.disagreements]
        months = [str(month) for month in verified.months]
        told = {"months": months, "revisions": verified.revisions, "disagreements": listed}
        typer.echo(json_text({**told, "count": verified.count}))
    elif verified.count:
        _say_disagreements(verified)
    else:
        what = f"{len(verified.months):,} か月、公開した明細 {verified.revisions:,} 版"
        typer.echo(f"{what}: すべて公開したときのままです。")
    if verified.count:
        raise typer.Exit(1)


def _say_disagreements(verified: VerifiedCharges) -> None:
    table = Table(*_TITLES)
    for each in verified.disagreements:
        table.add_row(*_cells(each, hidden=True))
    console = Console(stderr=True)
    console.print(table)
    if rest := _rest(verified):
        console.print(rest)
    console.print(f"{verified.count:,} 件が、公開したときと一致しません。")


def _rest(verified: VerifiedCharges) -> str:
    unlisted = verified.count - len(verified.disagreements)
    return f"このほかに {unlisted:,} 件あります。" if unlisted else ""


def _cells(each: Disagreement, *, hidden: bool) -> tuple[str, str, str, str]:
    number = each.customer_number or ""
    revision = str(each.revision) if each.revision else ""
    return str(each.billing_month), masked(number) if hidden else number, revision, _sentence(each)


def _values(each: Disagreement) -> tuple[str, str, int | None, str, str]:
    number = masked(each.customer_number or "")
    return str(each.billing_month), number, each.revision, each.fault, _sentence(each)


def _sentence(each: Disagreement) -> str:
    return "、".join(map(_of_line, each.lines)) or _SENTENCES[each.fault]


def _of_line(line: AlteredLine) -> str:
    return _LINES[line.fault].format(place=line.place)
