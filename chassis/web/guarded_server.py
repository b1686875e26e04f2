"""The HTTP server with limits: on connections, on the seconds that each part of a request may take, and with
the application's own page for what the library refuses before any application sees it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.typedefs import Handler, Middleware
from aiohttp.web_protocol import RequestHandler

from chassis.process.logger import Logger
from chassis.process.logs import fault_fields
from chassis.web.body_coding import BODY, unpacked
from chassis.web.client_address import bucket_of, lies_in

_log = Logger()
REFUSED = web.RequestKey("refused", web.HTTPException)
"""What the request is refused with: the server could not read it."""

_WAIT_TO_BE_ACCEPTED = 1024  # connections; a browser that finds no room tries again after a second, then two

_Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class ServerLimits:
    """`headers`: seconds from a connection's start, or its last answer, to the end of the next headers, idle
    time included. `body` and `answer`: seconds for reading a body, and for the browser to take an answer.
    """

    connections: int = 2000
    connections_of_one_client: int = 100
    headers: float = 15.0
    body: float = 20.0
    answer: float = 30.0
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Peers that speak for many clients: only the limit on all connections holds for them."""


class GuardedRunner(web.AppRunner):
    """An AppRunner whose server keeps `limits`. A connection too many is closed at once."""

    def __init__(self, app: web.Application, limits: ServerLimits, *, shutdown_timeout: float) -> None:
        super().__init__(
            app,
            access_log=None,
            shutdown_timeout=shutdown_timeout,
            keepalive_timeout=limits.headers,
            lingering_time=min(2.0, limits.body),
            auto_decompress=False,  # `read_body_within` unpacks, and is stricter
        )
        self._limits = limits

    async def listen(self, host: str, port: int) -> None:
        """After `setup`. Browsers that come all at once wait in the kernel until they are accepted."""
        await web.TCPSite(self, host, port, backlog=_WAIT_TO_BE_ACCEPTED).start()

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _GuardedServer(made, self._limits)


class _GuardedServer(web.Server):
    def __init__(self, made: web.Server, limits: ServerLimits) -> None:
        super().__init__(
            made.request_handler, request_factory=made.request_factory, loop=made._loop, **made._kwargs
        )
        self.limits = limits
        self._open: dict[str, int] = {}
        self._bucket_of: dict[RequestHandler, str] = {}

    def __call__(self) -> RequestHandler:
        return _GuardedConnection(self, loop=self._loop, **self._kwargs)

    def has_room_for(self, connection: RequestHandler, address: str) -> bool:
        """Counts the connection, too, if there is room."""
        bucket = "a proxy" if lies_in(address, self.limits.proxies) else bucket_of(address)
        of_this_client = self._open.get(bucket, 0)
        if len(self._bucket_of) >= self.limits.connections:
            return False
        if bucket != "a proxy" and of_this_client >= self.limits.connections_of_one_client:
            return False
        self._open[bucket], self._bucket_of[connection] = of_this_client + 1, bucket
        return True

    def forget(self, connection: RequestHandler) -> None:
        """The connection is gone."""
        bucket = self._bucket_of.pop(connection, None)
        if bucket is None:
            return
        self._open[bucket] -= 1
        if not self._open[bucket]:
            del self._open[bucket]


class _GuardedConnection(RequestHandler):
    __slots__ = ("_server",)

    def __init__(self, server: _GuardedServer, *, loop: asyncio.AbstractEventLoop, **given: Any) -> None:
        super().__init__(server, loop=loop, **given)
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        if not self._server.has_room_for(self, str(peer[0]) if isinstance(peer, tuple) else ""):
            self.force_close()
            transport.abort()
            return
        # an answer counts as written once the kernel has all of it: so one that nobody reads is noticed
        transport.set_write_buffer_limits(high=0)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._server.forget(self)
        super().connection_lost(exc)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        try:
            async with asyncio.timeout(self._server.limits.answer):
                return await super().finish_response(request, resp, start_time)
        except TimeoutError:
            if self.transport is not None:
                self.transport.abort()
            return resp, True

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        # the application answers every fault; still here: a browser that is gone, or the answer itself failed
        if exc is not None and not isinstance(exc, ConnectionError):
            _log.error("request.unanswered", **fault_fields(exc))
        raise ConnectionError

    async def _handle_request(
        self, request: web.BaseRequest, start_time: float | None, request_handler: _Answer
    ) -> tuple[web.StreamResponse, bool]:
        if request.headers.get("Expect", "100-continue").lower() != "100-continue":
            # without the header, on which aiohttp would raise before any middleware
            request = request.clone(headers={})
            request_handler = self._refusing(web.HTTPExpectationFailed)
        elif request_handler is self._request_handler and "Host" not in request.headers:
            # HTTP/0.9, too: aiohttp would ask the machine for a name in its place
            request_handler = self._refusing(web.HTTPBadRequest)
        return await super()._handle_request(request, start_time, request_handler)

    def _make_error_handler(self, err_info: Any) -> _Answer:
        too_long = isinstance(err_info.exc, LineTooLong)
        return self._refusing(web.HTTPRequestHeaderFieldsTooLarge if too_long else web.HTTPBadRequest)

    def _refusing(self, error: type[web.HTTPException]) -> _Answer:
        async def refuse(request: web.BaseRequest) -> web.StreamResponse:
            request[REFUSED] = error()
            response = await self._server.request_handler(request)
            response.force_close()
            return response

        return refuse


@web.middleware
async def refuse_unreadable(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises what the server found wrong with the request, so that it is answered as any other."""
    if REFUSED in request:
        raise request[REFUSED]
    return await handler(request)


def read_body_within(seconds: float) -> Middleware:
    """The middleware that has the whole body before any page asks for it. Raises HTTPRequestTimeout for one
    that takes longer, and what `unpacked` raises for one that is not what its headers say.
    """

    @web.middleware
    async def with_body(request: web.Request, handler: Handler) -> web.StreamResponse:
        body = b""
        try:
            if request.can_read_body:
                async with asyncio.timeout(seconds):
                    body = await request.read()
        except TimeoutError as late:
            raise web.HTTPRequestTimeout from late
        except web.RequestPayloadError as unreadable:
            raise web.HTTPBadRequest from unreadable
        if request.headers.get("Transfer-Encoding", "chunked").lower() != "chunked":
            raise web.HTTPBadRequest  # the library would take a packed transfer for a plain one
        coding = ",".join(request.headers.getall("Content-Encoding", []))
        request[BODY] = unpacked(body, coding, at_most=request.client_max_size)
        return await handler(request)

    return with_body
