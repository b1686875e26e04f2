"""Composition root of registration and its table of contents: what it answers, hears, and does by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from chassis.database.db import Database
from chassis.database.throttle import watch_limits
from chassis.messaging.key_proofs import statement_of_keys
from chassis.messaging.message import Message
from chassis.messaging.outbox import Outbox
from chassis.process.runner import Component, Handler, Periodic
from chassis.security.hashing import PasswordHasher
from chassis.security.pseudonyms import Pseudonyms
from chassis.security.sealing import Sealer, Unsealer
from chassis.security.signing import Signer, Verifier
from messages.identity import AccountClosed, AccountCreated, AccountRejected, ContractReplaced
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
from services.registration.account_ids.check_account_id import check_account_id
from services.registration.activation.activate import activate
from services.registration.activation.show_activation import show_activation
from services.registration.provisional.check_provisional_password import check_provisional_password
from services.registration.provisional.register_provisionally import register_provisionally
from services.registration.provisional.show_provisional_account import show_provisional_account
from services.registration.saga.forget_old import forget_old
from services.registration.saga.on_account_closed import on_account_closed
from services.registration.saga.on_account_created import on_account_created
from services.registration.saga.on_account_rejected import on_account_rejected
from services.registration.saga.on_contract_replaced import on_contract_replaced
from services.registration.saga.on_mail_abandoned import on_mail_abandoned
from services.registration.saga.on_mail_sent import on_mail_sent
from services.registration.saga.order_mails_again import order_mails_again
from services.registration.saga.redrive import redrive
from services.registration.saga.sweep import sweep
from services.registration.service import Registration
from services.registration.settings import BELIEVES, SEALS_FOR, Limits, Settings

HANDLERS: Mapping[type[Message], Handler] = {
    CheckAccountId: check_account_id,
    RegisterProvisionally: register_provisionally,
    ShowProvisionalAccount: show_provisional_account,
    ShowActivation: show_activation,
    Activate: activate,
    CheckProvisionalPassword: check_provisional_password,
    MailSent: on_mail_sent,
    MailAbandoned: on_mail_abandoned,
    AccountCreated: on_account_created,
    AccountRejected: on_account_rejected,
    AccountClosed: on_account_closed,
    ContractReplaced: on_contract_replaced,
}

PERIODIC: Mapping[str, tuple[float, Callable[[Registration], Awaitable[None]]]] = {
    "sweep": (60.0, sweep),
    "redrive": (5.0, redrive),
    "order_mails_again": (15.0, order_mails_again),
    "forget_old": (3600.0, forget_old),
}
"""By name: how many seconds lie between two runs, and what is run."""


async def build(settings: Settings) -> Component:
    """The component, ready to be run. Starts nothing and needs no server yet."""
    database = await Database.of(settings)
    service = _service(settings, database)
    watch_limits(Limits.alarms)
    return Component(
        name="registration",
        service=service,
        handlers=HANDLERS,
        callers=CALLERS,
        database=database,
        outbox=service.outbox,
        periodics=[
            Periodic(name, seconds, partial(run, service)) for name, (seconds, run) in PERIODIC.items()
        ],
        migrations=Path(__file__).parent / "migrations",
        keys=statement_of_keys(
            "registration",
            opens=service.unsealer,
            signs=service.signer,
            seals=(service.sealer, SEALS_FOR),
            believes=(service.verifier, BELIEVES),
        ),
        close=service.hasher.close,
    )


def _service(settings: Settings, database: Database) -> Registration:
    hasher = PasswordHasher(
        memory_kib=settings.password_hash_memory_kib, passes=settings.password_hash_passes
    )
    return Registration(
        database=database,
        outbox=Outbox(database),
        sealer=Sealer(settings.sealing_public_keys),
        unsealer=Unsealer([key.get_secret_value() for key in settings.sealing_private_keys]),
        signer=Signer(settings.signing_private_key.get_secret_value()),
        verifier=Verifier(settings.signing_public_keys),
        hasher=hasher,
        buckets=Pseudonyms(settings.signing_private_key.get_secret_value()),
        password_policy=settings.password_policy,
        limits=Limits().changed(settings.registration_limits),
        words_of_the_company=settings.company.words_of_its_name,
    )
