"""The tools themselves: a proxy that cut nothing, or a relay that lost no reply, would make every test of it
green.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from faults.ledger import Ledger
from faults.proxy import Proxy
from faults.smtp_sink import ACCEPT, HANG, LOSE_REPLY, PUT_OFF, REFUSED_AT_RCPT, SmtpSink, Treatment

from mypage.local.ports import free_ports

pytestmark = pytest.mark.smoke


@pytest.fixture
async def echo() -> AsyncIterator[Proxy]:
    """A proxy before a server that says everything back."""

    async def say_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)

    port = free_ports(1)[0]
    server = await asyncio.start_server(say_back, "127.0.0.1", port)
    proxy = Proxy(lambda: port)
    await proxy.start()
    yield proxy
    await proxy.stop()
    server.close()


class Line:
    """A client of the echo."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, proxy: Proxy) -> Line:
        return cls(*await asyncio.open_connection("127.0.0.1", proxy.port))

    async def ask(self, within: float = 2.0) -> bytes:
        """What comes back."""
        self._writer.write(b"hello")
        async with asyncio.timeout(within):
            return await self._reader.read(100)


async def test_a_cut_resets_what_is_open_and_lets_new_ones_in(echo: Proxy) -> None:
    """The peer hears of it at once."""
    line = await Line.to(echo)
    assert await line.ask() == b"hello"
    echo.cut()
    with pytest.raises(ConnectionError):
        await line.ask()
    assert await (await Line.to(echo)).ask() == b"hello"
    assert echo.accepted == 2


async def test_refused_connections_come_back_with_the_start(echo: Proxy) -> None:
    """Those that were open stay."""
    line = await Line.to(echo)
    echo.refuse()
    with pytest.raises(ConnectionRefusedError):
        await Line.to(echo)
    assert await line.ask() == b"hello"
    await echo.start()
    assert await (await Line.to(echo)).ask() == b"hello"


async def test_a_stalled_network_says_nothing_and_loses_nothing(echo: Proxy) -> None:
    """Old and new connections alike: a black hole takes them and is silent."""
    line = await Line.to(echo)
    await line.ask()
    echo.stall()
    for each in (line, await Line.to(echo)):
        with pytest.raises(TimeoutError):
            await each.ask(within=0.2)
    echo.resume()
    assert (await line.ask()).startswith(b"hello")


async def test_a_delay_counts_each_way(echo: Proxy) -> None:
    """There and back."""
    line = await Line.to(echo)
    echo.delay(0.1)
    began = time.monotonic()
    await line.ask()
    assert time.monotonic() - began >= 0.2


async def test_of_a_half_open_connection_one_side_hears_nothing(echo: Proxy) -> None:
    """It waits for an answer that nobody gives."""
    line = await Line.to(echo)
    await line.ask()
    echo.half_open(stays="client")
    with pytest.raises(TimeoutError):
        await line.ask(within=0.2)
    assert await (await Line.to(echo)).ask() == b"hello"


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[SmtpSink]:
    """A relay that treats the mails as the test says."""
    ledger = Ledger(tmp_path / "ledger.jsonl", seed=1)
    relay = SmtpSink(ledger)
    await relay.start()
    yield relay
    await relay.stop()
    ledger.close()


async def send(sink: SmtpSink) -> str:
    """One mail: ok, the code of the refusal, or what went wrong."""
    message = EmailMessage()
    message["Message-ID"], message["Subject"] = "<one@example.jp>", "subject"
    message.set_content("open this:\nhttp://127.0.0.1/activate/abc\n")
    try:
        await aiosmtplib.send(
            message,
            hostname="127.0.0.1",
            port=sink.port,
            sender="a@example.jp",
            recipients=["b@example.jp"],
            timeout=0.5,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        return str(refused.recipients[0].code)
    except aiosmtplib.SMTPResponseException as refused:
        return str(refused.code)
    except (aiosmtplib.SMTPException, OSError) as error:
        return "late" if isinstance(error, TimeoutError) else "lost"
    return "ok"


@pytest.mark.parametrize(
    ("treatment", "told", "kept"),
    [
        (ACCEPT, "ok", 1),
        (PUT_OFF, "451", 0),
        (REFUSED_AT_RCPT, "550", 0),
        (HANG, "late", 0),
        (LOSE_REPLY, "lost", 1),
        (Treatment(slow=2), "late", 0),
    ],
)
async def test_the_relay_does_as_it_is_told(
    sink: SmtpSink, treatment: Treatment, told: str, kept: int
) -> None:
    """What the sender hears, and what is kept, are two things."""
    sink.next_ones.append(treatment)
    assert await send(sink) == told
    assert [mail.activation_url for mail in sink.mails] == ["http://127.0.0.1/activate/abc"] * kept
    assert sink.replies_lost == ({"<one@example.jp>": 1} if treatment == LOSE_REPLY else {})
    assert await send(sink) == "ok"


async def test_a_relay_that_refuses_or_is_silent_recovers(sink: SmtpSink) -> None:
    """On the same port."""
    sink.refuse()
    assert await send(sink) == "lost"
    await sink.start()
    sink.hangs_at_connect = True
    assert await send(sink) == "late"
    sink.hangs_at_connect = False
    assert await send(sink) == "ok"
