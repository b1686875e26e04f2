"""A TCP proxy that can be switched on and off, swallow everything, and speak in the broker's name: the network between two parts."""

from __future__ import annotations

import asyncio


class Proxy:
    """Listens on `port` and passes everything on to `target` on this machine."""

    def __init__(self, port: int, target: int) -> None:
        self._port = port
        self._target = target
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()

    async def start(self) -> None:
        """Lets connections through."""
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self._port)

    async def stop(self) -> None:
        """Cuts every connection and refuses new ones."""
        if self._server:
            self._server.close()
        self.cut()

    def cut(self) -> None:
        """Cuts every connection; new ones pass."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        self._clients.clear()

    def swallow(self) -> None:
        """A black hole: connections stay open, and nothing passes any more."""
        self._passing.clear()

    def pass_again(self) -> None:
        """What was swallowed arrives after all."""
        self._passing.set()

    def say_to_clients(self, data: bytes) -> None:
        """As if the other side had said it. Only between two messages of the other side."""
        for writer in self._clients:
            writer.write(data)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, other_writer}
        self._clients.add(writer)
        await asyncio.gather(self._copy(reader, other_writer), self._copy(other_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                await self._passing.wait()
                writer.write(data)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            self._clients.discard(writer)
            writer.close()
