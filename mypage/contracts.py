"""`mypage contracts`: the contracts, as the billing system exports them once a night."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from chassis.csv_import import BrokenFile
from mypage.import_report import fail_with, say_result, shown_progress, with_database
from services.identity.contracts.import_contracts import ImportedContracts, import_contracts

contracts_app = typer.Typer(no_args_is_help=True, help="契約")

DryRun = Annotated[bool, typer.Option("--dry-run", help="確かめるだけで、何も変更しません")]
AsJson = Annotated[bool, typer.Option("--json", help="結果を JSON で標準出力に書きます")]
Encoding = Annotated[
    Literal["utf-8-sig", "utf-8", "cp932"] | None, typer.Option(help="文字コード。省略すると自動で判別します")
]
Report = Annotated[Path | None, typer.Option(help="問題の一覧を CSV で書くファイル")]
InputFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


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
    counts = f"追加 {result.added:,}、変更 {result.changed:,}、変更なし {result.unchanged:,}、凍結したアカウント {result.frozen_accounts:,}"
    say_result(
        result,
        f"{'（試行）' if dry_run else ''}契約 {result.read:,} 件（{result.encoding}）: {counts}",
        as_json=json,
    )
