"""Connections that nobody waits for in vain: made, lent and taken back within seconds, or terminated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import asyncpg

from chassis.database.cancellation import cancellation_wins
from chassis.database.errors import TRANSIENT_ERRORS, DatabaseAway
from chassis.database.route import DIRECT, Route
from chassis.database.sockets import SERVER_SIDE, notice_dead_peers

# Seconds. Over a network of 200 ms each way a new connection takes 2.
_CONNECTED_WITHIN = 4.0
_STATEMENT_WITHIN = 5.0
_CLEARED_WITHIN = 2.0
_CLOSED_WITHIN = 2.0
_LIMITS = {
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "15s",
    **SERVER_SIDE,
}
_TROUBLE = (*TRANSIENT_ERRORS, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Connections:
    """The pool of one database, and connections outside of it.

    Every block ends with CancelledError when its task was cancelled meanwhile, and soon. A connection whose
    server does not answer is terminated.
    """

    def __init__(self, pool: asyncpg.Pool, url: str, route: Route = DIRECT) -> None:
        self._pool = pool
        self._url = url
        self._route = route
        self.begin = route.begin(_LIMITS)
        self.begin_own = route.begin(SERVER_SIDE)
        self.has_limits = not route.pooler  # outside of a transaction, too
        self._clearing: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, url: str, *, at_most: int, route: Route = DIRECT) -> Connections:
        """A pool of at most that many connections. Raises nothing when the server is away."""
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=at_most,
            command_timeout=_STATEMENT_WITHIN,
            timeout=_CONNECTED_WITHIN,
            max_cached_statement_lifetime=0,  # for ever: to prepare one again costs a round trip
            init=notice_dead_peers,
            reset=_nothing_to_reset,
            **route.arguments(url, _LIMITS, timezone="UTC"),
        )
        return cls(pool, url, route)

    @asynccontextmanager
    async def lent(self, *, undo: str | None = None) -> AsyncIterator[Any]:
        """A connection of the pool; afterwards it is clean or terminated. `undo` is said when the block
        raises. A cancelled task does not wait for that. Raises DatabaseAway.
        """
        with cancellation_wins():
            with _naming_trouble():
                async with asyncio.timeout(_CONNECTED_WITHIN):
                    connection = await self._pool.acquire()
            try:
                with _naming_trouble(connection):
                    yield connection
            except asyncio.CancelledError:
                self._clear(connection, undo)
                raise
            except BaseException as error:
                if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
                    # A demoted primary still answers: ask for fresh connections.
                    await self.expire()
                await asyncio.shield(self._clear(connection, undo))
                raise
            await asyncio.shield(self._clear(connection))

    @asynccontextmanager
    async def own(self) -> AsyncIterator[Any]:
        """A connection outside the pool, without its time-outs. What is not committed when the block ends is
        rolled back.
        """
        with cancellation_wins():
            with _naming_trouble():
                connection = await asyncpg.connect(
                    self._url, timeout=_CONNECTED_WITHIN, **self._route.arguments(self._url, SERVER_SIDE)
                )
            try:
                await notice_dead_peers(connection)
                with _naming_trouble(connection):
                    yield connection
            finally:
                await _close(connection)

    async def expire(self) -> None:
        """Those that are open are not used a second time."""
        await self._pool.expire_connections()

    async def close(self) -> None:
        """Waits for those in use, at most two seconds; the rest is terminated."""
        try:
            async with asyncio.timeout(_CLOSED_WITHIN):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    def _clear(self, connection: Any, undo: str | None = None) -> asyncio.Task[None]:
        task = asyncio.create_task(self._give_back(connection, undo))
        self._clearing.add(task)
        task.add_done_callback(self._clearing.discard)
        return task

    async def _give_back(self, connection: Any, undo: str | None) -> None:
        """Raises nothing: what the block did is done, or not, whatever becomes of its connection."""
        try:
            async with asyncio.timeout(_CLEARED_WITHIN):
                if undo:
                    await connection.execute(undo)
                await self._pool.release(connection)
        except _TROUBLE:
            _terminate(connection)
            # The others may be as dead, and each would cost somebody a time-out.
            await self.expire()


async def _nothing_to_reset(connection: Any) -> None:
    """Pooled sessions keep nothing from one transaction to the next: locks and settings are a transaction's
    own. To reset them all the same would cost a round trip each time.
    """


@contextmanager
def _naming_trouble(connection: Any = None) -> Iterator[None]:
    """Raises DatabaseAway for what means that there is no connection: any OSError while it is being made, and
    asyncpg's InterfaceError once it is closed.
    """
    try:
        yield
    except asyncpg.InterfaceError as error:
        if type(error) is asyncpg.InterfaceError and (connection is None or _is_gone(connection)):
            raise DatabaseAway from error
        raise
    except OSError as error:
        if connection is None:
            raise DatabaseAway from error
        raise


def _is_gone(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # taken back by asyncpg itself, when it was closed
        return True


def _terminate(connection: Any) -> None:
    with suppress(asyncpg.InterfaceError):  # gone already
        connection.terminate()


async def _close(connection: Any) -> None:
    try:
        async with asyncio.timeout(_CLOSED_WITHIN):
            await connection.close()
    except _TROUBLE:
        _terminate(connection)
    except asyncio.CancelledError:
        _terminate(connection)
        raise
