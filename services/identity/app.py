"""Composition root of identity and its table of contents: what it answers, hears, and does by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from chassis.database.db import Database
from chassis.messaging.message import Message
from chassis.messaging.outbox import Outbox
from chassis.process.runner import Component, Handler, Periodic
from chassis.security.hashing import PasswordHasher
from chassis.security.key_agreement import KeyStatement
from chassis.security.pseudonyms import Pseudonyms
from chassis.security.sealing import Sealer, Unsealer
from chassis.security.signing import Signer, Verifier
from chassis.security.tokens import new_key
from messages.account_notices import DeskChangedAccount
from messages.account_settings import (
    AskAddressChange,
    ChangeNickname,
    ConfirmAddressChange,
    LeaveAccount,
    ShowAddressChange,
    ShowOwnAccount,
    UndoAddressChange,
)
from messages.billing import StatementPublished
from messages.identity import LogIn, LogInWithProof, LogOut, ShowContract, ShowSession, VerifyContract
from messages.notification import MailBounced
from messages.registration import AccountActivated
from messages.subscriptions import CALLERS
from services.identity.accounts.address_bill_notice import address_bill_notice
from services.identity.accounts.close_ended_accounts import close_ended_accounts
from services.identity.accounts.forget_closed_accounts import forget_closed_accounts
from services.identity.accounts.give_closing_notices import give_closing_notices
from services.identity.accounts.on_desk_changed_account import on_desk_changed_account
from services.identity.accounts.on_mail_bounced import on_mail_bounced
from services.identity.accounts.open_account import open_account
from services.identity.audit.forget_old_audit import forget_old_audit
from services.identity.contracts.forget_old_contracts import forget_old_contracts
from services.identity.contracts.show_contract import show_contract
from services.identity.contracts.verify_contract import verify_contract
from services.identity.mail_address.ask_address_change import ask_address_change
from services.identity.mail_address.confirm_address_change import confirm_address_change
from services.identity.mail_address.forget_address_changes import forget_address_changes
from services.identity.mail_address.show_address_change import show_address_change
from services.identity.mail_address.undo_address_change import undo_address_change
from services.identity.own_account.change_nickname import change_nickname
from services.identity.own_account.leave_account import leave_account
from services.identity.own_account.show_own_account import show_own_account
from services.identity.service import Identity
from services.identity.sessions.forget_old import forget_old
from services.identity.sessions.log_in import log_in
from services.identity.sessions.log_in_with_proof import log_in_with_proof
from services.identity.sessions.log_out import log_out
from services.identity.sessions.show_session import show_session
from services.identity.settings import BELIEVES, SEALS_FOR, Settings

HANDLERS: Mapping[type[Message], Handler] = {
    VerifyContract: verify_contract,
    ShowContract: show_contract,
    LogIn: log_in,
    LogInWithProof: log_in_with_proof,
    ShowSession: show_session,
    LogOut: log_out,
    ShowOwnAccount: show_own_account,
    ChangeNickname: change_nickname,
    LeaveAccount: leave_account,
    AskAddressChange: ask_address_change,
    ShowAddressChange: show_address_change,
    ConfirmAddressChange: confirm_address_change,
    UndoAddressChange: undo_address_change,
    AccountActivated: open_account,
    MailBounced: on_mail_bounced,
    StatementPublished: address_bill_notice,
    DeskChangedAccount: on_desk_changed_account,
}

PERIODIC: Mapping[str, tuple[float, Callable[[Identity], Awaitable[None]]]] = {
    "give_closing_notices": (3600.0, give_closing_notices),
    "close_ended_accounts": (3600.0, close_ended_accounts),
    "forget_old": (3600.0, forget_old),
    "forget_address_changes": (3600.0, forget_address_changes),
    "forget_closed_accounts": (3600.0, forget_closed_accounts),
    "forget_old_contracts": (3600.0, forget_old_contracts),
    "forget_old_audit": (3600.0, forget_old_audit),
}
"""By name: how many seconds lie between two runs, and what is run."""


async def build(settings: Settings) -> Component:
    """The component, ready to be run. Starts nothing and needs no server yet."""
    database = await Database.of(settings)
    outbox = Outbox(database)
    hasher = PasswordHasher(
        memory_kib=settings.password_hash_memory_kib, passes=settings.password_hash_passes
    )
    service = Identity(
        database=database,
        outbox=outbox,
        sealer=Sealer(settings.sealing_public_keys),
        unsealer=Unsealer([key.get_secret_value() for key in settings.sealing_private_keys]),
        signer=Signer(settings.signing_private_key.get_secret_value()),
        verifier=Verifier(settings.signing_public_keys),
        hasher=hasher,
        buckets=Pseudonyms(settings.signing_private_key.get_secret_value()),
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
        periodics=[
            Periodic(name, seconds, partial(run, service)) for name, (seconds, run) in PERIODIC.items()
        ],
        migrations=Path(__file__).parent / "migrations",
        keys=_keys_of(service),
        close=close,
    )


def _keys_of(service: Identity) -> KeyStatement:
    return KeyStatement(
        component="identity",
        instance=new_key().hex,
        opens=service.unsealer.key_ids,
        signs=(service.signer.key_id,),
        seals_for={each: service.sealer.key_id(each) for each in SEALS_FOR},
        believes={each: service.verifier.key_id(each) for each in BELIEVES},
    )
