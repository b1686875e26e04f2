"""Composition root of registration: settings -> database, keys -> the table of handlers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from chassis.database.db import Database
from chassis.messaging.message import Message
from chassis.messaging.outbox import Outbox
from chassis.process.runner import Component, Handler, Periodic
from chassis.security.hashing import PasswordHasher
from chassis.security.sealing import Sealer, Unsealer
from chassis.security.signing import Signer, Verifier
from messages.identity import AccountClosed, AccountCreated, AccountRejected
from messages.notification import MailAbandoned, MailSent
from messages.registration import (
    Activate,
    CheckAccountId,
    CheckProvisionalPassword,
    RegisterProvisionally,
    ShowActivation,
    ShowProvisionalAccount,
)
from messages.subscriptions import CALLERS
from services.registration import handlers, reactions
from services.registration.settings import Settings

HANDLERS: Mapping[type[Message], Handler] = {
    CheckAccountId: handlers.check_account_id,
    RegisterProvisionally: handlers.register_provisionally,
    ShowProvisionalAccount: handlers.show_provisional_account,
    ShowActivation: handlers.show_activation,
    Activate: handlers.activate,
    CheckProvisionalPassword: handlers.check_provisional_password,
    MailSent: reactions.on_mail_sent,
    MailAbandoned: reactions.on_mail_abandoned,
    AccountCreated: reactions.on_account_created,
    AccountRejected: reactions.on_account_rejected,
    AccountClosed: reactions.on_account_closed,
}


async def build(settings: Settings) -> Component:
    """The component, ready to be run. Starts nothing and needs no server yet."""
    database = await Database.open(
        settings.database_url.get_secret_value(), at_most=settings.database_connections
    )
    outbox = Outbox(database)
    hasher = PasswordHasher(
        memory_kib=settings.password_hash_memory_kib, passes=settings.password_hash_passes
    )
    service = handlers.Registration(
        database=database,
        outbox=outbox,
        sealer=Sealer(settings.sealing_public_keys),
        unsealer=Unsealer([key.get_secret_value() for key in settings.sealing_private_keys]),
        signer=Signer(settings.signing_private_key.get_secret_value()),
        verifier=Verifier(settings.signing_public_keys),
        hasher=hasher,
        password_policy=settings.password_policy,
    )

    async def close() -> None:
        hasher.close()

    return Component(
        name="registration",
        service=service,
        handlers=HANDLERS,
        callers=CALLERS,
        database=database,
        outbox=outbox,
        periodics=(
            Periodic("sweep", 60.0, partial(reactions.sweep, service)),
            Periodic("redrive", 5.0, partial(reactions.redrive, service)),
            Periodic("forget_old", 3600.0, partial(reactions.forget_old, service)),
        ),
        migrations=Path(__file__).parent / "migrations",
        close=close,
    )
