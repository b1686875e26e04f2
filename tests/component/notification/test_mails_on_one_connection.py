"""Mails that follow one another share a connection, and what happens to one is no other one's trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from support.notification_harness import a_service, order_mails, outcomes
from support.smtp_relay import Relay

from messages.values import EmailAddress
from services.notification.delivery import mailer
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.delivery.finish_sending import finish_sending
from services.notification.service import Notification

LIMIT = 2  # mails
PATIENT = 60.0  # seconds
ADDRESSES = [f"customer{number}@example.jp" for number in range(5)]


async def until_goodbyes(relay: Relay, count: int) -> None:
    """Waits for the last QUIT: nobody else waits for it."""
    async with asyncio.timeout(PATIENT):
        while relay.goodbyes < count:
            await asyncio.sleep(0.01)


async def test_mails_that_wait_leave_on_one_connection(service: Notification, relay: Relay) -> None:
    """And QUIT is said as soon as none waits any more."""
    await order_mails(service, ADDRESSES)
    await delivery_loop(service)
    assert relay.taken == ADDRESSES
    await until_goodbyes(relay, 1)
    assert relay.connections == 1


async def test_a_connection_carries_no_more_than_a_few(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relays count: we end before they do."""
    monkeypatch.setattr(mailer, "MAILS_PER_CONNECTION", LIMIT)
    await order_mails(service, ADDRESSES)
    await delivery_loop(service)
    assert relay.taken == ADDRESSES
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
    await order_mails(service, ADDRESSES)
    await delivery_loop(service)
    assert relay.taken == ADDRESSES
    assert await outcomes(service) == [("sent", 1)] * len(ADDRESSES)
    assert relay.connections == 3


async def test_a_stop_in_a_series_cuts_no_mail_off(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail that is at the relay leaves on the connection that it has; those after it stay."""
    monkeypatch.setattr(mailer, "_GOODBYE_WITHIN", 0.01)
    answer = relay.hold()
    await order_mails(service, ADDRESSES)
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
