"""The only door to a service's database: explicit transactions, hooks that run after a commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Protocol

from chassis.database.connections import Connections
from chassis.database.errors import (
    CONNECTION_ERRORS,
    TRANSIENT_ERRORS,
    TROUBLE_AT_THE_START,
    RolledBack,
    why_away,
)
from chassis.database.route import DIRECT, Route
from chassis.process.failpoints import reach
from chassis.process.settings import ServiceSettings

__all__ = ["CONNECTION_ERRORS", "TRANSIENT_ERRORS", "Database", "Row", "Transaction", "now"]

_READY_WITHIN = 3.5  # seconds


class Row(Protocol):
    """One row of a result, by column name."""

    def __getitem__(self, column: str) -> Any: ...


class Transaction(Protocol):
    """What a repository may do inside a transaction. Parameters are always `$n`."""

    async def execute(self, statement: str, *values: Any) -> str: ...
    async def fetch(self, statement: str, *values: Any) -> Sequence[Row]: ...
    async def fetchrow(self, statement: str, *values: Any) -> Row | None: ...
    async def fetchval(self, statement: str, *values: Any) -> Any: ...
    async def copy_records_to_table(
        self, table: str, *, records: Iterable[Sequence[Any]], columns: Sequence[str]
    ) -> str: ...


async def now(tx: Transaction) -> datetime:
    """The instant at which the transaction began, by the database's clock: the one that all deadlines are
    measured with.
    """
    moment: datetime = await tx.fetchval("SELECT now()")
    return moment


class Database:
    """One service's database. Connects when first used, so a service may start before its server does.

    Every block of it ends with CancelledError when its task was cancelled meanwhile, and soon: a cancelled
    task waits for no server (ADR 0026).
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._after_commit: list[Callable[[Transaction], None]] = []

    @classmethod
    async def open(cls, url: str, *, at_most: int = 10, route: Route = DIRECT) -> Database:
        """A pool of at most that many connections. Raises nothing when the server is away."""
        return cls(await Connections.open(url, at_most=at_most, route=route))

    @classmethod
    async def of(cls, settings: ServiceSettings) -> Database:
        """A service's own. Raises nothing when the server is away."""
        return await cls.open(
            settings.database_url.get_secret_value(),
            at_most=settings.database_connections,
            route=Route(pooler=settings.database_pooler, ca_file=settings.database_ca_file),
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """READ COMMITTED; commits when the block ends well, rolls back when it raises. Hooks run after the
        commit.

        Ended well, it is committed. Ended by an exception of the block's own, it is not. Ended by
        CancelledError or one of TRANSIENT_ERRORS, it may be either: the answer to COMMIT may have been lost
        on its way. Do it again only if that does no harm.
        """
        async with self._connections.lent(undo="ROLLBACK") as connection:
            async with _committed(connection, self._connections.begin):
                yield connection
                reach("commit.before")
            reach("commit.after")
            for hook in self._after_commit:
                hook(connection)

    def after_commit(self, hook: Callable[[Transaction], None]) -> None:
        """Calls `hook` with each transaction that was committed; it must be quick and must not raise."""
        self._after_commit.append(hook)

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[Transaction]:
        """Each statement is a transaction of its own, without the two round trips of BEGIN and COMMIT: for a
        single statement, and for reads that need no common snapshot. No hook hears of it. Behind a pooler it
        is a transaction all the same, which has the limits that hold for every statement.
        """
        connections = self._connections
        if connections.has_limits:
            async with connections.lent() as connection:
                yield connection
        else:
            lent = connections.lent(undo="ROLLBACK")
            async with lent as connection, _committed(connection, connections.begin):
                yield connection

    async def now(self) -> datetime:
        """This instant, by the database's clock."""
        async with self.autocommit() as tx:
            return await now(tx)

    async def problem(self) -> str | None:
        """None when a statement comes back within a few seconds, else why not."""
        try:
            async with asyncio.timeout(_READY_WITHIN):
                await self.now()
        except (*TRANSIENT_ERRORS, *TROUBLE_AT_THE_START) as error:
            return why_away(error)
        return None

    @asynccontextmanager
    async def own_connection(self) -> AsyncIterator[Any]:
        """A connection outside the pool, without its time-outs. What is not committed when the block ends is
        rolled back.
        """
        async with self._connections.own() as connection:
            yield connection

    @asynccontextmanager
    async def long_transaction(self) -> AsyncIterator[Transaction]:
        """A transaction for a whole file or a migration: no statement time-out."""
        begin = self._connections.begin_own
        async with self.own_connection() as connection, _committed(connection, begin):
            yield connection

    async def close(self) -> None:
        """Waits for connections in use, at most two seconds; the rest is terminated."""
        await self._connections.close()


@asynccontextmanager
async def _committed(connection: Any, begin: str) -> AsyncIterator[None]:
    """Says `begin`, the block, COMMIT. After trouble whoever lent the connection rolls back. Raises
    RolledBack when the server did so by itself.
    """
    await connection.execute(begin)
    yield
    if await connection.execute("COMMIT") != "COMMIT":
        raise RolledBack
