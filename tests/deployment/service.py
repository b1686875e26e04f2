"""The way in: TLS as the Ingress ends it, and a ready pod for each new connection, as a Service chooses one.
And the database's TLS.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress

from deployment.pod import Pod

LEARNS_AFTER = 1.0  # seconds: until every node knows that a pod came or left
_CHUNK = 65_536


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All bytes, until the end of the one or the other."""
    with suppress(OSError, ssl.SSLError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


class Entrance:
    """Where customers come in. A pod that takes no connection is passed over, as ingress-nginx does
    (`proxy-next-upstream: error`); while `has_one_try` is set it is not, as a bare Service knows no other.
    """

    def __init__(self, pods: Callable[[], Sequence[Pod]], tls: ssl.SSLContext) -> None:
        self._pods = pods
        self._tls = tls
        self._known: list[tuple[str, int]] = []
        self._turn = itertools.count()
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.has_one_try = False

    async def start(self) -> None:
        """On any free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self._learning = asyncio.create_task(self._learn())

    async def stop(self) -> None:
        """Cuts every connection."""
        self._server.close()
        self._learning.cancel()
        await asyncio.gather(self._learning, return_exceptions=True)
        for writer in list(self._open):
            writer.transport.abort()

    async def _learn(self) -> None:
        while True:
            now = [(pod.ip, pod.port("http")) for pod in self._pods() if pod.ready]
            await asyncio.sleep(LEARNS_AFTER)
            self._known = now

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._to_a_pod(reader, writer)
        finally:
            self._open.discard(writer)
            writer.close()

    async def _to_a_pod(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        turn, known = next(self._turn), list(self._known)
        for number in range(1 if self.has_one_try else len(known)):
            ip, port = known[(turn + number) % len(known)]
            with suppress(OSError):
                inner_reader, inner_writer = await asyncio.open_connection(ip, port)
                await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))
                return


class DatabaseWithTls:
    """Before a PostgreSQL that was built without TLS: answers its SSLRequest (PostgreSQL 18, 54.2.11), and
    hands what follows through. Nothing is taken in clear.
    """

    _SSL_REQUEST = bytes.fromhex("0000000804d2162f")

    def __init__(self, port: int, tls: ssl.SSLContext) -> None:
        self._to = port
        self._tls = tls
        self.port = 0

    async def start(self) -> None:
        """On any free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Takes nobody any more."""
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await reader.readexactly(8) != self._SSL_REQUEST:
                return
            writer.write(b"S")
            await writer.start_tls(self._tls)
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            if writer.transport.get_extra_info("sslcontext") is None:
                writer.close()
        await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))
