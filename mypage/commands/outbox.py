"""`mypage outbox status`: events that were said and have not left. Exit code 1 is an alarm."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import typer

from chassis.database.db import Database
from chassis.messaging.outbox import Waiting, waiting
from mypage.commands.durations import in_words
from mypage.commands.operator_databases import with_database
from mypage.commands.options import AsJson
from mypage.local.databases import SERVICES
from mypage.streams import json_text

outbox_app = typer.Typer(no_args_is_help=True, help="送信待ちのイベント")

ALARM_AFTER = 30  # seconds: the relay looks every second, and waits at most 15 s after a failure


@outbox_app.callback()
def outbox() -> None:
    """送信待ちのイベント。"""


@outbox_app.command("status")
def status(as_json: AsJson = False) -> None:
    """サービスごとの送信待ちを示します。30 秒より古いものがあれば終了コードは 1 です。

    例: mypage outbox status
    """

    async def ask() -> dict[str, Waiting]:
        return {service: await with_database(service, _waiting) for service in SERVICES}

    found = asyncio.run(ask())
    if as_json:
        typer.echo(json_text([{"service": service, **asdict(each)} for service, each in found.items()]))
    else:
        typer.echo("\n".join(_line(service, each) for service, each in found.items()))
    if any(each.oldest_seconds > ALARM_AFTER for each in found.values()):
        raise typer.Exit(1)


async def _waiting(database: Database) -> Waiting:
    async with database.transaction() as tx:
        return await waiting(tx)


def _line(service: str, found: Waiting) -> str:
    if not found.rows:
        return f"{service}: 0 件"
    types = "、".join(f"{name} {count:,}" for name, count in found.types.items())
    oldest = f"最も古いものは {in_words(found.oldest_seconds)}前、試行は最多 {found.most_attempts:,} 回"
    return f"{service}: {found.rows:,} 件、{oldest}（{types}）"
