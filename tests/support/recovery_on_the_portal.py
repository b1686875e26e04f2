"""What a test of recovery on the whole portal looks at: rows of identity and mails that came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from journeys.system import Customer
from pages.town import Town
from pages.visitor import Visitor

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres

CHANGE = "パスワードを変更する"
DONE = "<h1>パスワードを変更しました。</h1>"
NewVisitor = Callable[[], Visitor]


async def rows(town: Town, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Of identity's database."""
    server = PrivatePostgres.running_in(town.system.folder / "postgres")
    assert server
    database = await Database.open(server.url("mypage_identity"))
    try:
        async with database.transaction() as tx:
            return [tuple(row.values()) for row in await tx.fetch(statement, *values)]  # type: ignore[attr-defined]
    finally:
        await database.close()


async def state_of(town: Town, customer: Customer) -> list[tuple[Any, ...]]:
    """Everything about his account, his links and his sessions."""
    statement = """
        SELECT a::text, r::text, s::text FROM accounts a
            LEFT JOIN password_resets r USING (account_key) LEFT JOIN sessions s USING (account_key)
        WHERE account_id_folded = $1 ORDER BY 1, 2, 3
    """
    return await rows(town, statement, customer.account_id)


async def mails_about(town: Town, address: str, subject: str) -> int:
    """How many of them have come."""
    return sum(subject in mail["subject"] for mail in await town.system.mails_to(address))
