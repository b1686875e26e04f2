"""Composition root of notification, and its table of contents: what it hears, and what it does by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from chassis.database.db import Database
from chassis.messaging.key_proofs import statement_of_keys
from chassis.messaging.message import Message
from chassis.messaging.outbox import Outbox
from chassis.process.runner import Component, Handler, Periodic
from chassis.security.sealing import Unsealer
from chassis.security.trust import believing
from messages.account_notices import AccountChanged
from messages.account_settings import AddressChangeOrdered, MailAddressChanged
from messages.identity import (
    AccountClosingSoon,
    AccountCreated,
    BillNoticeAddressed,
    RegisteredContractProved,
)
from messages.recovery import RecoveryLetterOrdered
from messages.registration import ProvisionallyRegistered
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.delivery.finish_sending import finish_sending
from services.notification.delivery.forget_old_mails import forget_old_mails
from services.notification.delivery.mailer import Mailer
from services.notification.delivery.send_slots import SLOT_AT_MOST, SendSlots
from services.notification.orders.on_account_changed import on_account_changed
from services.notification.orders.on_account_closing_soon import on_account_closing_soon
from services.notification.orders.on_account_created import on_account_created
from services.notification.orders.on_address_change_ordered import on_address_change_ordered
from services.notification.orders.on_bill_notice_addressed import on_bill_notice_addressed
from services.notification.orders.on_mail_address_changed import on_mail_address_changed
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.orders.on_recovery_letter_ordered import on_recovery_letter_ordered
from services.notification.orders.on_registered_contract_proved import on_registered_contract_proved
from services.notification.service import AT_ONCE, Letterhead, Notification
from services.notification.settings import Settings

HANDLERS: Mapping[type[Message], Handler] = {
    ProvisionallyRegistered: on_provisionally_registered,
    AccountCreated: on_account_created,
    RegisteredContractProved: on_registered_contract_proved,
    AccountClosingSoon: on_account_closing_soon,
    BillNoticeAddressed: on_bill_notice_addressed,
    AddressChangeOrdered: on_address_change_ordered,
    MailAddressChanged: on_mail_address_changed,
    RecoveryLetterOrdered: on_recovery_letter_ordered,
    AccountChanged: on_account_changed,
}

PERIODIC: Mapping[str, tuple[float, Callable[[Notification], Awaitable[None]]]] = {
    **{f"deliver-{number}": (0.0, delivery_loop) for number in range(AT_ONCE)},
    "forget": (3600.0, forget_old_mails),
}
"""By name: how many seconds lie between two runs, and what is run."""


async def build(settings: Settings) -> Component:
    """The component, ready to be run. Starts nothing and needs no server yet."""
    database = await Database.of(settings)
    outbox = Outbox(database)
    letterhead = letterhead_of(settings)
    service = Notification(
        database=database,
        outbox=outbox,
        unsealer=Unsealer([key.get_secret_value() for key in settings.sealing_private_keys]),
        relay=Mailer(
            settings.smtp_url.get_secret_value(),
            settings.smtp_timeout,
            helo_name=settings.smtp_helo_name or letterhead.address.rpartition("@")[2],
            requires_tls=settings.requires_tls,
            tls=believing(settings.smtp_ca_file),
        ),
        send_slot=SendSlots(SLOT_AT_MOST).acquire,
        letterhead=letterhead,
        public_url=settings.public_url,
        bounces_to=settings.mail_bounces_to,
    )
    return Component(
        name="notification",
        service=service,
        handlers=HANDLERS,
        database=database,
        outbox=outbox,
        periodics=[
            Periodic(name, seconds, partial(run, service)) for name, (seconds, run) in PERIODIC.items()
        ],
        migrations=Path(__file__).parent / "migrations",
        keys=statement_of_keys("notification", opens=service.unsealer),
        close=partial(finish_sending, service),
    )


def letterhead_of(settings: Settings) -> Letterhead:
    """Who writes: as the environment says, else as the company's profile does."""
    return Letterhead.of(
        settings.company,
        address=settings.mail_from,
        name=settings.mail_from_name,
        reply_to=settings.mail_reply_to,
    )
