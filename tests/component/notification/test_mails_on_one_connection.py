"""Mails that follow one another share a connection, and what happens to one is no other one's trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from support.notification_harness import a_provisional_registration, a_service, received
from support.smtp_relay import Relay

from messages.values import EmailAddress
from services.notification.delivery import mailer
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.delivery.finish_sending import finish_sending
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import Notification

LIMIT = 2  # mails
PATIENT = 60.0  # seconds
ADDRESSES = [f"customer{number}@example.jp" for number in range(5)]
NOT_YET, FOR_GOOD = ("queued", 1), ("abandoned", 1)


async def order(service: Notification, addresses: list[str]) -> None:
    """A mail to each, to leave in this order."""
    for address in addresses:
        order = a_provisional_registration(address=EmailAddress(address))
        await on_provisionally_registered(service, order, received())


async def outcomes(service: Notification) -> list[tuple[str, int]]:
    """State and number of attempts of each mail, in the order of the orders."""
    async with service.database.transaction() as tx:
        rows = await tx.fetch("SELECT state, attempts FROM mails ORDER BY created_at")
    return [(row["state"], row["attempts"]) for row in rows]


def taken(relay: Relay) -> list[str]:
    """Whose mails the relay has taken, as often as it has."""
    return [recipient for recipients in relay.recipients for recipient in recipients]


async def until_goodbyes(relay: Relay, count: int) -> None:
    """Waits for the last QUIT: nobody else waits for it."""
    async with asyncio.timeout(PATIENT):
        while relay.goodbyes < count:
            await asyncio.sleep(0.01)


async def test_mails_that_wait_leave_on_one_connection(service: Notification, relay: Relay) -> None:
    """And QUIT is said as soon as none waits any more."""
    await order(service, ADDRESSES)
    await delivery_loop(service)
    assert taken(relay) == ADDRESSES
    await until_goodbyes(relay, 1)
    assert relay.connections == 1


async def test_a_connection_carries_no_more_than_a_few(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relays count: we end before they do."""
    monkeypatch.setattr(mailer, "MAILS_PER_CONNECTION", LIMIT)
    await order(service, ADDRESSES)
    await delivery_loop(service)
    assert taken(relay) == ADDRESSES
    await until_goodbyes(relay, 3)
    assert relay.connections == 3


async def test_no_connection_waits_for_a_mail_that_does_not_come(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sender may be held up for long, as while the database is away: the next mail has a new one."""
    monkeypatch.setattr(mailer, "KEPT_FOR", 0.01)
    with service.relay.session() as session:
        for number in (1, 2):
            async with session.envelope(sender="a@example.jp", recipient=EmailAddress("b@example.jp")) as to:
                await to.send(b"Subject: hello\r\n\r\nhello\r\n")
                await until_goodbyes(relay, number)
    assert (len(relay.accepted), relay.connections) == (2, 2)


class LimitedRelay(Relay):
    """Takes LIMIT mails on a connection; what it does then is `at_the_limit`."""

    at_the_limit = ""

    def connection(self) -> SMTP:
        self.connections += 1
        return _LimitedConnection(self)


class _LimitedConnection(SMTP):
    def __init__(self, relay: LimitedRelay) -> None:
        super().__init__(relay, hostname="relay.test", loop=asyncio.get_running_loop())
        self._relay, self._mails = relay, 0

    def _does(self, what: str) -> bool:
        return self._mails >= LIMIT and self._relay.at_the_limit == what

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if self._does("resets at MAIL"):
            self.transport.abort()
        elif self._does("421 at MAIL"):
            await self.push("421 4.7.0 too many messages on this connection")
            self.transport.close()
        elif self._does("452 at MAIL"):
            await self.push("452 4.5.3 too many messages on this connection")
        else:
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if self._does("resets at RCPT"):
            self.transport.abort()
        elif self._does("452 at RCPT"):
            await self.push("452 4.5.3 too many recipients")
        else:
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        await super().smtp_DATA(arg)
        self._mails += 1
        if self._does("closes after the mail"):
            self.transport.close()


@pytest.fixture
async def limited(fresh_database: Any) -> AsyncIterator[tuple[Notification, LimitedRelay]]:
    """notification with a relay that counts."""
    relay = LimitedRelay()
    yield a_service(await fresh_database("notification"), await relay.start()), relay
    await relay.stop()


@pytest.mark.parametrize(
    "at_the_limit",
    [
        "421 at MAIL",
        "452 at MAIL",
        "452 at RCPT",
        "resets at MAIL",
        "resets at RCPT",
        "closes after the mail",
    ],
)
async def test_a_relay_that_ends_a_connection_costs_no_mail_anything(
    limited: tuple[Notification, LimitedRelay], at_the_limit: str
) -> None:
    """The mail that it was about to get leaves on a new connection, at the same attempt, and none leaves
    twice.
    """
    service, relay = limited
    relay.at_the_limit = at_the_limit
    await order(service, ADDRESSES)
    await delivery_loop(service)
    assert taken(relay) == ADDRESSES
    assert await outcomes(service) == [("sent", 1)] * len(ADDRESSES)
    assert relay.connections == 3


class PickyRelay(Relay):
    """Treats the mail to ADDRESSES[1] as `picky_rcpt` and `picky_data` say."""

    picky_rcpt = picky_data = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.rcpt = self.picky_rcpt if address == ADDRESSES[1] else "250 OK"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        picky = envelope.rcpt_tos == [ADDRESSES[1]]
        self.data = self.picky_data if picky and self.picky_data != "hang up" else "250 OK"
        said = await super().handle_DATA(server, session, envelope)
        if picky and self.picky_data == "hang up":
            server.transport.abort()
        return said


@pytest.fixture
async def picky(fresh_database: Any) -> AsyncIterator[tuple[Notification, PickyRelay]]:
    """notification with a relay that treats one recipient as no other."""
    relay = PickyRelay()
    yield a_service(await fresh_database("notification"), await relay.start()), relay
    await relay.stop()


@pytest.mark.parametrize(
    ("rcpt", "data", "end"),
    [
        ("550 5.1.1 no such user", "250 OK", FOR_GOOD),
        ("450 4.2.0 greylisted", "250 OK", NOT_YET),
        ("250 OK", "550 5.1.1 no such user", FOR_GOOD),
        ("250 OK", "451 4.3.0 later", NOT_YET),
        ("250 OK", "552 5.3.4 too big", NOT_YET),
        ("250 OK", "421 4.3.2 closing", NOT_YET),
    ],
)
async def test_a_mail_that_is_refused_spoils_no_other_one(
    picky: tuple[Notification, PickyRelay], rcpt: str, data: str, end: tuple[str, int]
) -> None:
    """Those before it and after it leave, once, the next one on a new connection; its own end is what the
    relay said, as ever.
    """
    service, relay = picky
    relay.picky_rcpt, relay.picky_data = rcpt, data
    await order(service, ADDRESSES)
    await delivery_loop(service)
    assert taken(relay) == [ADDRESSES[0], *ADDRESSES[2:]]
    assert await outcomes(service) == [("sent", 1), end, *[("sent", 1)] * 3]
    assert relay.connections == (3 if rcpt.startswith("450") else 2)  # asked once more: it may be about us


async def test_a_connection_that_is_lost_at_the_dot_leaves_one_mail_in_doubt(
    picky: tuple[Notification, PickyRelay],
) -> None:
    """The one that was on its way: it may have left, and is tried again later. The others are out, once."""
    service, relay = picky
    relay.picky_data = "hang up"
    await order(service, ADDRESSES)
    await delivery_loop(service)
    assert taken(relay) == ADDRESSES
    assert await outcomes(service) == [("sent", 1), NOT_YET, *[("sent", 1)] * 3]
    async with service.database.transaction() as tx:
        doubtful = await tx.fetch(
            "SELECT state FROM mails WHERE possibly_sent_at IS NOT NULL AND ended_at IS NULL"
        )
    assert len(doubtful) == 1


async def test_a_stop_in_a_series_cuts_no_mail_off(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail that is at the relay leaves on the connection that it has; those after it stay."""
    monkeypatch.setattr(mailer, "_GOODBYE_WITHIN", 0.01)
    answer = relay.hold()
    await order(service, ADDRESSES)
    delivering = asyncio.create_task(delivery_loop(service))
    async with asyncio.timeout(PATIENT):
        while not relay.begun:
            await asyncio.sleep(0.01)
    delivering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivering
    await asyncio.sleep(0.1)  # QUIT, and the end of the connection after it, would have come by now
    answer.set()
    await finish_sending(service)
    assert await outcomes(service) == [("sent", 1), *[("queued", 0)] * 4]
    await until_goodbyes(relay, 1)
    assert relay.connections == 1
