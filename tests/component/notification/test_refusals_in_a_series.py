"""Of mails that follow one another one is refused, or its connection is lost: the others leave, once each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.notification_harness import a_service, order_mails, outcomes
from support.smtp_relay import Relay

from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.service import Notification

ADDRESSES = [f"customer{number}@example.jp" for number in range(5)]
NOT_YET, FOR_GOOD = ("queued", 1), ("abandoned", 1)


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
    await order_mails(service, ADDRESSES)
    await delivery_loop(service)
    assert relay.taken == [ADDRESSES[0], *ADDRESSES[2:]]
    assert await outcomes(service) == [("sent", 1), end, *[("sent", 1)] * 3]
    assert relay.connections == (3 if rcpt.startswith("450") else 2)  # asked once more: it may be about us


async def test_a_connection_that_is_lost_at_the_dot_leaves_one_mail_in_doubt(
    picky: tuple[Notification, PickyRelay],
) -> None:
    """The one that was on its way: it may have left, and is tried again later. The others are out, once."""
    service, relay = picky
    relay.picky_data = "hang up"
    await order_mails(service, ADDRESSES)
    await delivery_loop(service)
    assert relay.taken == ADDRESSES
    assert await outcomes(service) == [("sent", 1), NOT_YET, *[("sent", 1)] * 3]
    async with service.database.transaction() as tx:
        doubtful = await tx.fetch(
            "SELECT state FROM mails WHERE possibly_sent_at IS NOT NULL AND ended_at IS NULL"
        )
    assert len(doubtful) == 1
