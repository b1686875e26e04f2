"""`mypage charges`: a month's charges, as the billing system exports them, and their publication."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from chassis.csv_import import BrokenFile
from chassis.process.clock import SystemClock
from chassis.process.os_user import os_user
from messages.values import BillingMonth, InvalidValue
from mypage.commands.import_report import fail_with, say_result, shown_progress
from mypage.commands.operator_databases import with_database
from mypage.commands.options import AsJson, DryRun, Encoding, InputFile, Report
from services.billing.imports.import_charges import ImportedCharges, import_charges
from services.billing.publication.publish_month import NothingToPublish, PublishedMonth, publish_month

charges_app = typer.Typer(no_args_is_help=True, help="ご利用料金")


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
    counts = f"追加 {result.added:,}、変更 {result.changed:,}、変更なし {result.unchanged:,}"
    state = "公開しました" if result.published else "まだ公開していません"
    read = f"請求 {result.statements:,} 件、明細 {result.lines:,} 行（{result.encoding}）"
    sentence = f"{'（試行）' if dry_run else ''}{read}: {counts}。{state}"
    say_result(result, sentence, as_json=json)


@charges_app.command("publish")
def publish(
    month: Annotated[str, typer.Argument(help="請求年月。例 2026-10")],
    dry_run: DryRun = False,
    json: AsJson = False,
) -> None:
    """取り込み済みの月をお客様に公開します。

    例: mypage charges publish 2026-10
    """
    try:
        wanted = BillingMonth.parse(month)
    except InvalidValue:
        raise typer.BadParameter("請求年月は 2026-10 のように書いてください。", param_hint="MONTH") from None

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
