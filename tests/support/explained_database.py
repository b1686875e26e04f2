"""A database that says of each statement which tables it would read from one end to the other."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from chassis.database.db import Database, Transaction

_MUCH = 100  # as the planner counts: twenty thousand rows cost three times as much to read
_PLANNED = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")


class ExplainedDatabase(Database):
    """Its blocks give an ExplainedTransaction."""

    def __init__(self, connections: Any) -> None:
        super().__init__(connections)
        self.whole: dict[str, str] = {}  # table, and a statement that reads the whole of it

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """See Database."""
        async with super().transaction() as tx:
            yield ExplainedTransaction(tx, self.whole)

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[Transaction]:
        """See Database."""
        async with super().autocommit() as tx:
            yield ExplainedTransaction(tx, self.whole)


class ExplainedTransaction:
    """Explains each statement before it does it."""

    def __init__(self, tx: Transaction, whole: dict[str, str]) -> None:
        self._tx = tx
        self._whole = whole

    async def execute(self, statement: str, *values: Any) -> Any:
        """See Transaction."""
        await self._explain(statement, values)
        return await self._tx.execute(statement, *values)

    async def fetch(self, statement: str, *values: Any) -> Any:
        """See Transaction."""
        await self._explain(statement, values)
        return await self._tx.fetch(statement, *values)

    async def fetchrow(self, statement: str, *values: Any) -> Any:
        """See Transaction."""
        await self._explain(statement, values)
        return await self._tx.fetchrow(statement, *values)

    async def fetchval(self, statement: str, *values: Any) -> Any:
        """See Transaction."""
        await self._explain(statement, values)
        return await self._tx.fetchval(statement, *values)

    async def copy_records_to_table(self, table: str, **options: Any) -> str:
        """See Transaction."""
        return await self._tx.copy_records_to_table(table, **options)

    async def _explain(self, statement: str, values: tuple[Any, ...]) -> None:
        if not statement.lstrip().upper().startswith(_PLANNED):
            return
        [[text]] = await self._tx.fetch(f"EXPLAIN (FORMAT JSON) {statement}", *values)  # type: ignore[misc]
        for table in whole_tables(json.loads(text)[0]["Plan"]):
            self._whole[table] = " ".join(statement.split())


def whole_tables(plan: dict[str, Any], *, limited: bool = False) -> Iterator[str]:
    """Tables of which the plan reads every row, or every entry of an index unless a LIMIT above ends that."""
    limited = limited or plan["Node Type"] == "Limit"
    kind = plan["Node Type"]
    unbounded = kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in plan and not limited
    if (kind == "Seq Scan" or unbounded) and plan["Total Cost"] > _MUCH:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from whole_tables(part, limited=limited)
