"""`mypage db`: the services' databases."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from chassis.process.logger import Logger, add_log_fields
from chassis.process.logs import set_up_logs
from chassis.process.settings import load
from messages.variables import VARIABLES
from mypage.commands.operator_databases import database_urls
from mypage.failures import exit_code, sentence
from mypage.local.databases import as_owner, migrate_all
from mypage.settings import OperatorSettings

_log = Logger()

db_app = typer.Typer(no_args_is_help=True, help="データベース")


@db_app.command("migrate")
def migrate(
    log_lines: Annotated[
        bool, typer.Option("--log-lines", help="サービスと同じ形の記録（1 行 1 JSON）で書きます")
    ] = False,
) -> None:
    """4 つのデータベースを最新の形にします。何度実行しても安全です。"""
    if log_lines:
        set_up_logs("INFO", stream=sys.stdout)
        _apply_as_a_job()
    else:
        for service, names in asyncio.run(_apply()).items():
            typer.echo(f"{service}: {', '.join(names) or '最新です'}")


async def _apply() -> dict[str, list[str]]:
    settings = load(OperatorSettings, known=VARIABLES)
    urls = await database_urls(settings)
    owned = urls if settings.databases else as_owner(urls, settings.data_dir)
    return await migrate_all(owned, settings.database_route)


def _apply_as_a_job() -> None:
    """For whoever collects the lines of all processes: what ends the command is a line, too."""
    add_log_fields(service="migrate")
    try:
        applied = asyncio.run(_apply())
    except Exception as error:
        _log.critical("migration.failed", problem=sentence(error))
        raise SystemExit(exit_code(error)) from None
    for service, names in applied.items():
        _log.info("migration.done", of=service, applied=names)
