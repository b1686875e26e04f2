"""The network between two parts, to be cut, refused, stalled, slowed down and half opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from mypage.local.ports import free_ports

_CHUNK = 65_536
_AT_MOST_IN_HAND = 64  # chunks per direction: a stalled proxy pushes back like a full network


@dataclass(eq=False)
class _Pair:
    """One connection through the proxy."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None
    is_half_open: bool = False  # one side is gone, and the other one is not to notice


class Proxy:
    """Listens on `port` of this machine and passes everything on to the port that `target` names at that
    moment.
    """

    def __init__(self, target: Callable[[], int]) -> None:
        self._target = target
        self._listening: asyncio.Server | None = None
        self._pairs: set[_Pair] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._delay = 0.0
        self._passes_until_stall: int | None = None
        self.port = free_ports(1)[0]
        self.accepted = 0  # connections since the start
        self.requests = 0  # pieces that clients have sent: round trips, where each waits for its answer

    @property
    def open(self) -> int:
        """Connections at this moment."""
        return len(self._pairs)

    async def start(self) -> None:
        """Lets connections through; also after `refuse`."""
        if self._listening is None:
            self._listening = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """For good."""
        self.refuse()
        self.cut()
        self.resume()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def cut(self) -> None:
        """Resets every connection at both ends; new ones are welcome."""
        for pair in list(self._pairs):
            for writer in (pair.client, pair.server):
                if writer is not None:
                    writer.transport.abort()

    def refuse(self) -> None:
        """New connections are refused until `start`; those that are open stay."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def stall(self) -> None:
        """A black hole: connections stay and are taken, and no byte arrives until `resume`."""
        self._flows.clear()

    def stall_at(self, request: int) -> None:
        """Stalls when clients send that piece, counted from now, and it does not arrive; 1 is the next one.
        A client that waits for each answer sends one piece a round trip.
        """
        self._passes_until_stall = request - 1

    @property
    def is_stalled(self) -> bool:
        """Whether it holds everything back at this moment."""
        return not self._flows.is_set()

    def resume(self) -> None:
        """What was held back arrives."""
        self._passes_until_stall = None
        self._flows.set()

    def delay(self, seconds: float) -> None:
        """Each byte takes that much longer each way; 0 ends it."""
        self._delay = seconds

    def half_open(self, stays: Literal["client", "server"] = "client") -> None:
        """One side of every connection is reset; the other one stays open and never hears of it. New
        connections are welcome.
        """
        for pair in list(self._pairs):
            gone = pair.server if stays == "client" else pair.client
            pair.is_half_open = True
            if gone is not None:
                gone.transport.abort()

    def say_to_clients(self, data: bytes) -> None:
        """As if the other side had said it. Only between two messages of the other side."""
        for pair in self._pairs:
            pair.client.write(data)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        pair = _Pair(writer)
        self._pairs.add(pair)
        try:
            await self._flows.wait()
            with suppress(OSError):
                other_reader, pair.server = await asyncio.open_connection("127.0.0.1", self._target())
                await asyncio.gather(
                    self._pass_on(pair, reader, pair.server, self._count_request),
                    self._pass_on(pair, other_reader, writer, _count_nothing),
                )
        finally:
            self._pairs.discard(pair)
            for each in (pair.client, pair.server):
                if each is not None:
                    each.transport.abort()

    def _count_request(self) -> None:
        self.requests += 1
        if self._passes_until_stall == 0:
            self.stall()
        elif self._passes_until_stall is not None:
            self._passes_until_stall -= 1

    async def _pass_on(
        self,
        pair: _Pair,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        count: Callable[[], None],
    ) -> None:
        """One direction: a reader that notes when each piece is due, a writer that waits for it, so that
        delay costs no throughput.
        """
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_AT_MOST_IN_HAND)

        async def write() -> None:
            while True:
                due, data = await pieces.get()
                if (wait := due - loop.time()) > 0:
                    await asyncio.sleep(wait)
                if data:
                    count()
                await self._flows.wait()
                if pair.is_half_open:
                    return
                if not data:
                    writer.close()
                    return
                writer.write(data)
                await writer.drain()

        writing = asyncio.create_task(write())
        try:
            data = b"-"
            while data:
                data = await reader.read(_CHUNK)
                if not writing.done():  # else it is read and goes nowhere
                    await pieces.put((loop.time() + self._delay, data))
            await writing
        except OSError:
            if not pair.is_half_open:
                writer.transport.abort()
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)


def _count_nothing() -> None:
    """Answers are not counted."""
