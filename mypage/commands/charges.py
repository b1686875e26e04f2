"""`mypage charges`: a month's charges, as the billing system exports them, their publication, and the proof
that nothing of it was altered since.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from chassis.csv_import import BrokenFile
from chassis.process.clock import SystemClock
from chassis.process.os_user import os_user
from messages.values import BillingMonth, InvalidValue
from mypage.commands.import_report import fail_with, say_result, shown_progress
from mypage.commands.operator_databases import with_database
from mypage.commands.options import AsJson, DryRun, Encoding, InputFile, Report
from mypage.commands.verification_report import say_verified
from services.billing.imports.import_charges import ImportedCharges, import_charges
from services.billing.publication.publish_month import NothingToPublish, PublishedMonth, publish_month
from services.billing.publication.unpublish_month import NotPublished, unpublish_month
from services.billing.publication.verify_charges import NeverPublished, VerifiedCharges, verify_charges

charges_app = typer.Typer(no_args_is_help=True, help="ご利用料金")

Month = Annotated[str, typer.Argument(help="請求年月。例 2026-10")]


@charges_app.command("import")
def import_files(
    statements: InputFile,
    lines: InputFile,
    publish: Annotated[bool, typer.Option("--publish", help="取り込んだ月をお客様に公開します")] = False,
    dry_run: DryRun = False,
    json: AsJson = False,
    encoding: Encoding = None,
    report: Report = None,
) -> None:
    """請求と明細行の CSV を取り込みます。1 行でも問題があれば、何も変更せずに一覧を示します。

    例: mypage charges import statements.csv statement_lines.csv --publish
    """
    with shown_progress("請求") as progress:

        async def work() -> ImportedCharges:
            found: ImportedCharges = await with_database(
                "billing",
                lambda db: import_charges(
                    db,
                    statements,
                    lines,
                    today=SystemClock().now().date(),
                    publish=publish,
                    dry_run=dry_run,
                    encoding=encoding,
                    progress=progress,
                ),
            )
            return found

        try:
            result = asyncio.run(work())
        except BrokenFile as broken:
            fail_with(broken, as_json=json, report=report)
    say_result(result, _told(result, publish=publish, dry_run=dry_run), as_json=json)


def _told(result: ImportedCharges, *, publish: bool, dry_run: bool) -> str:
    """What was imported, and what customers see of it."""
    counts = f"追加 {result.added:,}、変更 {result.changed:,}、変更なし {result.unchanged:,}"
    shown = "公開しました" if publish else "公開済みの月です"
    state = shown if result.published else "まだ公開していません"
    corrected = f"公開済みの明細 {result.corrected:,} 件は、訂正として示します。" if result.corrected else ""
    read = f"請求 {result.statements:,} 件、明細 {result.lines:,} 行（{result.encoding}）"
    return f"{'（試行）' if dry_run else ''}{read}: {counts}。{corrected}{state}"


@charges_app.command("publish")
def publish(month: Month, dry_run: DryRun = False, json: AsJson = False) -> None:
    """取り込み済みの月をお客様に公開します。公開した内容は記録します。取り下げた後に訂正した明細は、訂正として示します。

    例: mypage charges publish 2026-10
    """
    wanted = _month(month)

    async def work() -> PublishedMonth:
        found: PublishedMonth = await with_database(
            "billing", lambda db: publish_month(db, wanted, done_by=os_user(), dry_run=dry_run)
        )
        return found

    try:
        result = asyncio.run(work())
    except NothingToPublish:
        typer.echo(f"{wanted} の請求はまだ取り込まれていません。", err=True)
        raise typer.Exit(1) from None
    state = "公開できます（試行）" if dry_run else "公開しました"
    sentence = f"{wanted}: 請求 {result.statements:,} 件、合計 {result.amount_yen:,} 円を{state}。"
    say_result(result, sentence, as_json=json)


@charges_app.command("unpublish")
def unpublish(
    month: Month,
    reason: Annotated[str, typer.Option(help="理由。だれがいつ行ったかとともに記録します")],
) -> None:
    """公開した月を取り下げ、お客様から見えなくします。明細は残り、訂正して publish で再び公開できます。

    例: mypage charges unpublish 2026-10 --reason "電気料金の取り違え。訂正版を待つ"
    """
    wanted = _month(month)
    if not reason.strip():
        raise typer.BadParameter("理由を書いてください。", param_hint="--reason")
    try:
        asyncio.run(
            with_database("billing", lambda db: unpublish_month(db, wanted, done_by=os_user(), reason=reason))
        )
    except NotPublished:
        typer.echo(f"{wanted} は公開していません。", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{wanted} を取り下げました。お客様には見えません。")


@charges_app.command("verify")
def verify(
    month: Annotated[str | None, typer.Option(help="請求年月。例 2026-10。省略するとすべての月")] = None,
    json: AsJson = False,
    report: Annotated[
        Path | None, typer.Option(help="一致しないものの一覧を、お客様番号を隠さずに CSV で書くファイル")
    ] = None,
) -> None:
    """公開した明細が、公開したときのままかを確かめます。何も変更しません。1 件でも違えば終了コードは 1 です。

    例: mypage charges verify --month 2026-10
    """
    wanted = _month(month) if month is not None else None
    try:
        verified: VerifiedCharges = asyncio.run(
            with_database("billing", lambda db: verify_charges(db, wanted))
        )
    except NeverPublished:
        typer.echo(f"{wanted} を公開した記録がありません。", err=True)
        raise typer.Exit(1) from None
    say_verified(verified, as_json=json, report=report)


def _month(typed: str) -> BillingMonth:
    """Raises BadParameter for what is no month."""
    try:
        return BillingMonth.parse(typed)
    except InvalidValue:
        raise typer.BadParameter("請求年月は 2026-10 のように書いてください。", param_hint="MONTH") from None
