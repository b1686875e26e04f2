"""One connection to the broker that comes back by itself, and the limits on every wait for it."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, TypeVar

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelInvalidStateError,
    InvalidFrameError,
    ProbableAuthenticationError,
)

from chassis.process.error_chain import error_chain
from chassis.process.logger import Logger
from chassis.process.logs import fault_fields
from chassis.process.loops import run_for_ever
from chassis.security.trust import is_certificate_trouble, trouble_name

_log = Logger()

HEARTBEAT = 10  # seconds: a connection that died in silence is found within 33
CONNECT_WITHIN = 5.0  # seconds
RECONNECT_EVERY = 1.0  # seconds, plus jitter
CLOSE_WITHIN = 3.0  # seconds
_NOT_YET = "the broker has not answered yet"
_LOOKS_FOR_A_BLOCK_EVERY = 1.0  # seconds
CONNECTION_TROUBLE = (AMQPError, ChannelInvalidStateError, OSError, RuntimeError)
"""OSError is TimeoutError, too."""

T = TypeVar("T")
_given_up: set[asyncio.Task[Any]] = set()


class ConnectionGone(ConnectionError):
    """The library dropped the call, or failed in it in a way of its own."""


async def bounded(call: Awaitable[T], seconds: float) -> T:
    """The result of a call to the client library, within that many seconds. Raises CONNECTION_TROUBLE only.

    In a task of its own, for the library ends those who wait on a lost connection with a CancelledError or a
    bare Exception, which would end our own loops; and when it is cancelled it may write a last frame to a
    connection that takes none. We do not wait for that.
    """
    task = asyncio.create_task(_awaited(call))
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        _give_up(task)
        raise
    if not done:
        _give_up(task)
        raise TimeoutError
    if task.cancelled():
        raise ConnectionGone
    error = task.exception()
    if error is None or isinstance(error, CONNECTION_TROUBLE):
        return task.result()
    if type(error) is not Exception:
        _log.error("bus.unexpected", **fault_fields(error))
    raise ConnectionGone


async def _awaited(call: Awaitable[T]) -> T:
    return await call


def _give_up(task: asyncio.Task[Any]) -> None:
    task.cancel()
    _given_up.add(task)
    task.add_done_callback(_forget)


def _forget(task: asyncio.Task[Any]) -> None:
    """Its outcome interests nobody; an exception that nobody fetches would be printed."""
    _given_up.discard(task)
    if not task.cancelled():
        task.exception()


class Link:
    """One connection that comes back by itself."""

    def __init__(self, url: str, purpose: str, tls: ssl.SSLContext | None = None) -> None:
        self._url = url
        self._tls = tls
        self._purpose = purpose
        self.connection: AbstractConnection | None = None
        self.blocked = False
        self.away: str | None = _NOT_YET  # why there is no connection
        self.is_refused = False  # it answers, and we were not let in, or did not believe it
        self._has_come = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to connect."""
        self._task = run_for_ever(self._keep_up(), name=f"rabbit.{self._purpose}")

    async def up(self) -> AbstractConnection:
        """The connection, as soon as there is one."""
        while self.connection is None:
            await self._has_come.wait()
        return self.connection

    async def _keep_up(self) -> None:
        while True:
            try:
                connection = await bounded(self._connect(), CONNECT_WITHIN)
            except CONNECTION_TROUBLE as error:
                refusal = _refusal(error)
                self.is_refused, self.away = refusal is not None, refusal or _why_away(error)
                _log.warning("bus.away", purpose=self._purpose, error=trouble_name(error), reason=self.away)
            else:
                self.is_refused, self.away = False, None
                await self._use(connection)
                self.away = "the connection to the broker went"
            await asyncio.sleep(RECONNECT_EVERY * random.uniform(0.5, 1.5))  # noqa: S311 - jitter is no secret

    async def _connect(self) -> AbstractConnection:
        return await aio_pika.connect(
            self._url,
            client_properties={"connection_name": self._purpose},
            heartbeat=HEARTBEAT,
            ssl_context=self._tls,
        )

    async def _use(self, connection: AbstractConnection) -> None:
        lost = asyncio.Event()
        connection.close_callbacks.add(lambda *_: lost.set())
        self.connection = connection
        self._has_come.set()
        _log.info("bus.up", purpose=self._purpose)
        try:
            while not lost.is_set():
                self.blocked = await is_blocked(connection)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOKS_FOR_A_BLOCK_EVERY):
                        await lost.wait()
            _log.warning("bus.lost", purpose=self._purpose)
        finally:
            self.connection, self.blocked = None, False
            self._has_come.clear()
            with suppress(*CONNECTION_TROUBLE):
                await bounded(connection.close(), CLOSE_WITHIN)

    async def stop(self) -> None:
        """Ends the connection. Takes no longer than CLOSE_WITHIN, whatever the other side does."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _refusal(error: BaseException) -> str | None:
    """Only somebody who changes a setting, or the broker's users, can mend it; None for other trouble."""
    if is_certificate_trouble(error):
        return "the broker's certificate is not trusted"
    if isinstance(error, ProbableAuthenticationError | AuthenticationError):
        return "the broker refuses access: the user or the password is wrong"
    if isinstance(error, InvalidFrameError):  # so the library says that the broker closed instead of opening
        return "the broker refuses access: no such virtual host, or no right to it"
    return None


def _why_away(error: BaseException) -> str:
    """Trouble that may end by itself, in constant words."""
    for each in error_chain(error):
        if isinstance(each, socket.gaierror):
            return "the broker's host name is not known"
        if isinstance(each, ConnectionRefusedError):
            return "nothing listens at the broker's address"
    return "the broker does not answer"


async def is_blocked(connection: AbstractConnection) -> bool:
    """Whether the broker has said that it takes no publishes now: an alarm of its disk or memory."""
    transport = connection.transport
    if transport is None:
        return False
    try:
        async with asyncio.timeout(0):  # the answer is known already: it waits only while it is blocked
            await transport.ready()
    except TimeoutError:
        return True
    return False
