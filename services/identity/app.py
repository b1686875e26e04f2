"""Composition root of identity: settings -> database, keys -> the table of handlers."""

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
from messages.identity import LogIn, LogInWithProof, LogOut, ShowSession, VerifyContract
from messages.registration import AccountActivated
from messages.subscriptions import CALLERS
from services.identity.contracts import verify_contract as handlers
from services.identity.settings import Settings

SWEPT_EVERY = 3600.0  # seconds

HANDLERS: Mapping[type[Message], Handler] = {
    VerifyContract: handlers.verify_contract,
    LogIn: handlers.log_in,
    LogInWithProof: handlers.log_in_with_proof,
    ShowSession: handlers.show_session,
    LogOut: handlers.log_out,
    AccountActivated: handlers.on_account_activated,
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
    service = handlers.Identity(
        database=database,
        outbox=outbox,
        sealer=Sealer(settings.sealing_public_keys),
        unsealer=Unsealer([key.get_secret_value() for key in settings.sealing_private_keys]),
        signer=Signer(settings.signing_private_key.get_secret_value()),
        verifier=Verifier(settings.signing_public_keys),
        hasher=hasher,
        closed_contracts_may_register=settings.closed_contracts_may_register,
    )

    async def close() -> None:
        hasher.close()

    return Component(
        name="identity",
        service=service,
        handlers=HANDLERS,
        callers=CALLERS,
        database=database,
        outbox=outbox,
        periodics=(Periodic("sweep", SWEPT_EVERY, partial(handlers.sweep, service)),),
        migrations=Path(__file__).parent / "migrations",
        close=close,
    )
