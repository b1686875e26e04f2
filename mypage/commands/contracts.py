"""`mypage contracts`: the contracts, as the billing system exports them once a night."""

from __future__ import annotations

import asyncio

import typer

from chassis.csv_import import BrokenFile
from mypage.commands.import_report import fail_with, say_result, shown_progress
from mypage.commands.operator_databases import with_database
from mypage.commands.options import AsJson, DryRun, Encoding, InputFile, Report
from services.identity.contracts.import_contracts import ImportedContracts, import_contracts

contracts_app = typer.Typer(no_args_is_help=True, help="契約")


@contracts_app.callback()
def contracts() -> None:
    """契約の取り込み。"""


@contracts_app.command("import")
def import_file(
    file: InputFile,
    dry_run: DryRun = False,
    json: AsJson = False,
    encoding: Encoding = None,
    report: Report = None,
) -> None:
    """契約の CSV を取り込みます。1 行でも問題があれば、何も変更せずに一覧を示します。

    例: mypage contracts import contracts.csv --dry-run
    """
    with shown_progress("契約") as progress:

        async def work() -> ImportedContracts:
            found: ImportedContracts = await with_database(
                "identity",
                lambda db: import_contracts(db, file, dry_run=dry_run, encoding=encoding, progress=progress),
            )
            return found

        try:
            result = asyncio.run(work())
        except BrokenFile as broken:
            fail_with(broken, as_json=json, report=report)
    counts = (
        f"追加 {result.added:,}、変更 {result.changed:,}、変更なし {result.unchanged:,}、"
        f"凍結したアカウント {result.frozen_accounts:,}"
    )
    say_result(
        result,
        f"{'（試行）' if dry_run else ''}契約 {result.read:,} 件（{result.encoding}）: {counts}",
        as_json=json,
    )
