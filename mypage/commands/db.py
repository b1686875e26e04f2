"""`mypage db`: the services' databases."""

from __future__ import annotations

import asyncio

import typer

from chassis.process.settings import load
from mypage.commands.operator_databases import database_urls
from mypage.local.databases import migrate_all
from mypage.settings import OperatorSettings

db_app = typer.Typer(no_args_is_help=True, help="データベース")


@db_app.command("migrate")
def migrate() -> None:
    """4 つのデータベースを最新の形にします。何度実行しても安全です。"""

    async def apply() -> dict[str, list[str]]:
        settings = load(OperatorSettings)
        return await migrate_all(await database_urls(settings), settings.database_route)

    for service, names in asyncio.run(apply()).items():
        typer.echo(f"{service}: {', '.join(names) or '最新です'}")
