"""Composition root of notification: settings -> database, mail relay -> the table of handlers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from chassis.database.db import Database
from chassis.messaging.message import Message
from chassis.messaging.outbox import Outbox
from chassis.process.runner import Component, Handler, Periodic
from chassis.security.sealing import Unsealer
from messages.identity import AccountClosingSoon, AccountCreated, RegisteredContractProved
from messages.registration import ProvisionallyRegistered
from services.notification import handlers, sending
from services.notification.mailer import Mailer
from services.notification.rendering import Letterhead
from services.notification.settings import Settings

HANDLERS: Mapping[type[Message], Handler] = {
    ProvisionallyRegistered: handlers.on_provisionally_registered,
    AccountCreated: handlers.on_account_created,
    RegisteredContractProved: handlers.on_registered_contract_proved,
    AccountClosingSoon: handlers.on_account_closing_soon,
}


async def build(settings: Settings) -> Component:
    """The component, ready to be run. Starts nothing and needs no server yet."""
    database = await Database.open(
        settings.database_url.get_secret_value(), at_most=settings.database_connections
    )
    outbox = Outbox(database)
    service = handlers.Notification(
        database=database,
        outbox=outbox,
        unsealer=Unsealer([key.get_secret_value() for key in settings.sealing_private_keys]),
        mailer=Mailer(settings.smtp_url.get_secret_value(), settings.smtp_timeout),
        letterhead=Letterhead(settings.mail_from, settings.mail_from_name, settings.mail_reply_to),
        public_url=settings.public_url.rstrip("/"),
    )
    return Component(
        name="notification",
        service=service,
        handlers=HANDLERS,
        database=database,
        outbox=outbox,
        periodics=(
            *(
                Periodic(f"deliver-{number}", 0.05, partial(sending.deliver, service))
                for number in range(sending.AT_ONCE)
            ),
            Periodic("forget", 3600.0, partial(sending.forget, service)),
        ),
        migrations=Path(__file__).parent / "migrations",
        close=partial(sending.finish, service),
    )
