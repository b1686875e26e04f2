"""The wire between a command and the broker, which stops at a chosen frame: the command stands still at a
known place, however fast or slow the machine is, and can be ended there.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto

_PROTOCOL_HEADER = 8  # bytes: the only ones that are no frame, and the first that a client says
_METHOD_FRAME = 1
_GOODBYES = {(20, 40), (10, 50)}  # channel.close, connection.close


class Says(Enum):
    """Who says a frame."""

    COMMAND = auto()
    BROKER = auto()


class Place(Enum):
    """What a redrive and the broker say about each letter, in this order: who says it, class and method."""

    COPY = (Says.COMMAND, (60, 40))
    CONFIRMATION = (Says.BROKER, (60, 80))
    ACKNOWLEDGEMENT = (Says.COMMAND, (60, 80))


class HeldWire:
    """Passes everything on until that place has come for the `number`-th time; from there on nothing arrives
    on either side.

    What is held when the command is killed is lost, as bytes are that a dead machine had not sent yet. When
    the command takes its leave of the broker, it has noticed its end: then all that was held arrives.
    """

    def __init__(self, broker_port: int, place: Place, number: int) -> None:
        self._broker_port = broker_port
        self._place = place
        self._still_to_come = number
        self._holds = False
        self._on_the_wire: list[tuple[asyncio.StreamWriter, bytes]] = []
        self.port = 0
        self.reached = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the command, until either side hangs up."""
        from_broker, to_broker = await asyncio.open_connection("127.0.0.1", self._broker_port)
        ways = [
            asyncio.create_task(self._pass_on(Says.COMMAND, reader, to_broker)),
            asyncio.create_task(self._pass_on(Says.BROKER, from_broker, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for each in (writer, to_broker):
            each.close()  # what was passed on is still delivered, what was held is not

    async def _pass_on(self, who: Says, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            if who is Says.COMMAND:
                writer.write(await reader.readexactly(_PROTOCOL_HEADER))
            while True:
                frame = await _next_frame(reader)
                self._look_at(who, _method(frame))
                self._on_the_wire.append((writer, frame))
                if not self._holds:
                    self._deliver()

    def _look_at(self, who: Says, method: tuple[int, int] | None) -> None:
        if (who, method) == self._place.value:
            self._still_to_come -= 1
            if self._still_to_come == 0:
                self._holds = True
                self.reached.set()
        elif who is Says.COMMAND and method in _GOODBYES:
            self._holds = False

    def _deliver(self) -> None:
        for writer, frame in self._on_the_wire:
            writer.write(frame)
        self._on_the_wire.clear()


@asynccontextmanager
async def held_wire(broker_port: int, place: Place, number: int) -> AsyncIterator[HeldWire]:
    """A wire to that broker; `port` is its near end."""
    wire = HeldWire(broker_port, place, number)
    listening = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    wire.port = listening.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        listening.close()


async def _next_frame(reader: asyncio.StreamReader) -> bytes:
    """Type, channel and size, then so many bytes and an end mark (AMQP 0-9-1, 4.2.3)."""
    head = await reader.readexactly(7)
    return head + await reader.readexactly(int.from_bytes(head[3:]) + 1)


def _method(frame: bytes) -> tuple[int, int] | None:
    """Class and method; None for a frame that carries a message, or for a heartbeat."""
    if frame[0] != _METHOD_FRAME:
        return None
    class_id, method_id = struct.unpack_from(">HH", frame, 7)
    return class_id, method_id
