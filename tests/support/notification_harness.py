"""notification with a real PostgreSQL and a real SMTP server."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from chassis.database.db import Database
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.outbox import Outbox
from chassis.process.clock import SystemClock
from chassis.security.sealing import Sealer, Unsealer, new_sealing_keys
from messages.company import CompanyProfile
from messages.registration import MailOrder, ProvisionallyRegistered
from messages.values import EmailAddress
from services.notification.delivery.mailer import Mailer
from services.notification.delivery.send_slots import SLOT_AT_MOST, SendSlots
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import Letterhead, Notification

PRIVATE, PUBLIC = new_sealing_keys()
SEALER = Sealer({"notification": PUBLIC})
LETTERHEAD = Letterhead(
    "no-reply@aicom-koka.jp", "あいコムこうか マイページ", "support@aicom-koka.jp", CompanyProfile()
)
TOKEN = "T0ken-that-nobody-may-see-except-the-customer-x"


def a_service(database: Database, relay_url: str) -> Notification:
    """notification as its composition root makes it."""
    return Notification(
        database=database,
        outbox=Outbox(database),
        unsealer=Unsealer([PRIVATE]),
        relay=Mailer(
            relay_url, 60, helo_name="aicom-koka.jp", requires_tls=False
        ),  # seconds: no test waits for their end
        send_slot=SendSlots(SLOT_AT_MOST).acquire,
        letterhead=LETTERHEAD,
        public_url="https://mypage.example.jp",
    )


def a_provisional_registration(
    key: UUID | None = None, *, address: EmailAddress | None = None
) -> ProvisionallyRegistered:
    """The event that orders a mail."""
    key = key or uuid4()
    order = MailOrder(email_address=address or EmailAddress("taro@example.jp"), activation_token=TOKEN)
    sealed = SEALER.seal(order, to="notification", bound_to=key)
    return ProvisionallyRegistered(registration_key=key, registered_at=SystemClock().now(), mail_order=sealed)


def received() -> DeliveryInfo:
    """A first delivery."""
    return DeliveryInfo(str(uuid4()), 1)


async def order_mails(service: Notification, addresses: list[str]) -> None:
    """A mail to each, to leave in this order."""
    for address in addresses:
        order = a_provisional_registration(address=EmailAddress(address))
        await on_provisionally_registered(service, order, received())


async def outcomes(service: Notification) -> list[tuple[str, int]]:
    """State and number of attempts of each mail, in the order of the orders."""
    async with service.database.transaction() as tx:
        rows = await tx.fetch("SELECT state, attempts FROM mails ORDER BY created_at")
    return [(row["state"], row["attempts"]) for row in rows]


async def only_row(service: Notification) -> Any:
    """The one mail there is."""
    async with service.database.transaction() as tx:
        rows = await tx.fetch("SELECT * FROM mails")
    assert len(rows) == 1
    return rows[0]


async def events_said(service: Notification) -> list[str]:
    """Types of events in the outbox."""
    async with service.database.transaction() as tx:
        return [row["type"] for row in await tx.fetch("SELECT type FROM outbox")]


async def make_due(service: Notification) -> None:
    """As if the wait were over."""
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE mails SET next_attempt_at = now(), lease_until = now()")
