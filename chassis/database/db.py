"""The only door to asyncpg: one pool per service, explicit transactions, hooks that run after a commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Protocol

import asyncpg

from chassis.process.failpoints import reach

CONNECTION_ERRORS = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # No host in the URL takes writes yet; or the server ended a session just as it was to be used.
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,  # starting, stopping, or a statement that took too long
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InsufficientResourcesError,  # no room on the disk, no connection left
)
"""What a statement raises while the server is away, starting, demoted or out of room. All are worth a retry.
"""

TRANSIENT_ERRORS = (
    *CONNECTION_ERRORS,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    TimeoutError,
)
"""The same, and what two transactions may do to each other: the work itself is not to blame, and may be done
again as it is.
"""

_ACQUIRE_WITHIN = 2.0  # seconds


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
    """One service's database. Connects when first used, so a service may start before its server does."""

    def __init__(self, pool: asyncpg.Pool, url: str) -> None:
        self._pool = pool
        self._url = url
        self._after_commit: list[Callable[[Transaction], None]] = []

    @classmethod
    async def open(cls, url: str, *, at_most: int = 10) -> Database:
        """A pool of at most that many connections. Raises nothing when the server is away."""
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=at_most,
            command_timeout=5,
            timeout=_ACQUIRE_WITHIN,
            server_settings={
                "lock_timeout": "2s",
                "idle_in_transaction_session_timeout": "15s",
                "timezone": "UTC",
            },
        )
        return cls(pool, url)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """READ COMMITTED; commits when the block ends well, rolls back when it raises. Hooks run after the
        commit.
        """
        try:
            async with self._pool.acquire(timeout=_ACQUIRE_WITHIN) as connection, connection.transaction():
                yield connection
                reach("commit.before")
        except asyncpg.ReadOnlySQLTransactionError:
            # A demoted primary still answers: ask for fresh connections.
            await self._pool.expire_connections()
            raise
        reach("commit.after")
        for hook in self._after_commit:
            hook(connection)

    def after_commit(self, hook: Callable[[Transaction], None]) -> None:
        """Calls `hook` with each transaction that was committed; it must be quick and must not raise."""
        self._after_commit.append(hook)

    async def is_ready(self) -> bool:
        """Whether a statement comes back within two seconds."""
        try:
            async with asyncio.timeout(_ACQUIRE_WITHIN):
                await self._pool.fetchval("SELECT 1")
        except (*CONNECTION_ERRORS, TimeoutError, asyncpg.PostgresError):
            return False
        return True

    @asynccontextmanager
    async def own_connection(self) -> AsyncIterator[Any]:
        """A connection outside the pool, without its time-outs: for migrations and large imports."""
        connection = await asyncpg.connect(self._url, timeout=_ACQUIRE_WITHIN)
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def long_transaction(self) -> AsyncIterator[Transaction]:
        """A transaction for a whole file: no statement time-out."""
        async with self.own_connection() as connection, connection.transaction():
            yield connection

    async def close(self) -> None:
        """Waits for connections in use, at most five seconds."""
        try:
            async with asyncio.timeout(5):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()
