"""Composition root of identity and its table of contents: what it answers, hears, and does by itself."""

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
from messages.account_notices import DeskChangedAccount
from messages.account_settings import (
    AskAddressChange,
    ChangeNickname,
    ChangePassword,
    ConfirmAddressChange,
    LeaveAccount,
    ShowAddressChange,
    ShowOwnAccount,
    UndoAddressChange,
)
from messages.billing import StatementPublished
from messages.contract_shown import ShowContract
from messages.data_export import ExportData
from messages.enrolment import RenewAccess
from messages.identity import LogIn, LogInWithProof, LogOut, ShowSession, VerifyContract
from messages.login_history import ShowLoginHistory
from messages.notification import MailBounced
from messages.own_sessions import EndOtherSessions, EndOwnSession, ShowOwnSessions
from messages.passkeys import AddPasskey, LogInWithPasskey, OfferPasskey, RemovePasskey, ShowPasskeys
from messages.recovery import AskForAccountIds, AskForPasswordReset, ResetPassword, ShowPasswordReset
from messages.registration import AccountActivated
from messages.second_factor import (
    AddSecondFactor,
    BeginSecondFactorSetup,
    FinishLogIn,
    RemakeRecoveryCodes,
    RemoveSecondFactor,
    ShowSecondFactor,
    ShowSecondFactorSetup,
)
from messages.subscriptions import CALLERS
from services.identity.accounts.address_bill_notice import address_bill_notice
from services.identity.accounts.close_ended_accounts import close_ended_accounts
from services.identity.accounts.forget_closed_accounts import forget_closed_accounts
from services.identity.accounts.give_closing_notices import give_closing_notices
from services.identity.accounts.on_desk_changed_account import on_desk_changed_account
from services.identity.accounts.open_account import open_account
from services.identity.audit.forget_old_audit import forget_old_audit
from services.identity.contracts.forget_old_contracts import forget_old_contracts
from services.identity.contracts.show_contract import show_contract
from services.identity.contracts.verify_contract import verify_contract
from services.identity.enrolment.forget_old_codes import forget_old_codes
from services.identity.enrolment.renew_access import renew_access
from services.identity.mail_address.ask_address_change import ask_address_change
from services.identity.mail_address.confirm_address_change import confirm_address_change
from services.identity.mail_address.forget_address_changes import forget_address_changes
from services.identity.mail_address.on_mail_bounced import on_mail_bounced
from services.identity.mail_address.show_address_change import show_address_change
from services.identity.mail_address.undo_address_change import undo_address_change
from services.identity.own_account.change_nickname import change_nickname
from services.identity.own_account.change_password import change_password
from services.identity.own_account.end_other_sessions import end_other_sessions
from services.identity.own_account.end_own_session import end_own_session
from services.identity.own_account.export_data import export_data
from services.identity.own_account.leave_account import leave_account
from services.identity.own_account.show_own_account import show_own_account
from services.identity.own_account.show_own_sessions import show_own_sessions
from services.identity.passkeys.add_passkey import add_passkey
from services.identity.passkeys.forget_old_challenges import forget_old_challenges
from services.identity.passkeys.log_in_with_passkey import log_in_with_passkey
from services.identity.passkeys.offer_passkey import offer_passkey
from services.identity.passkeys.remove_passkey import remove_passkey
from services.identity.passkeys.show_passkeys import show_passkeys
from services.identity.recovery.ask_for_account_ids import ask_for_account_ids
from services.identity.recovery.ask_for_password_reset import ask_for_password_reset
from services.identity.recovery.forget_old_resets import forget_old_resets
from services.identity.recovery.reset_password import reset_password
from services.identity.recovery.show_password_reset import show_password_reset
from services.identity.second_factor.add_second_factor import add_second_factor
from services.identity.second_factor.begin_second_factor_setup import begin_second_factor_setup
from services.identity.second_factor.finish_log_in import finish_log_in
from services.identity.second_factor.forget_unfinished import forget_unfinished
from services.identity.second_factor.remake_recovery_codes import remake_recovery_codes
from services.identity.second_factor.remove_second_factor import remove_second_factor
from services.identity.second_factor.seal_again import seal_again
from services.identity.second_factor.show_second_factor import show_second_factor
from services.identity.second_factor.show_second_factor_setup import show_second_factor_setup
from services.identity.service import Identity
from services.identity.sessions.forget_old import forget_old
from services.identity.sessions.log_in import log_in
from services.identity.sessions.log_in_with_proof import log_in_with_proof
from services.identity.sessions.log_out import log_out
from services.identity.sessions.show_login_history import show_login_history
from services.identity.sessions.show_session import show_session
from services.identity.settings import BELIEVES, SEALS_FOR, Limits, Settings

HANDLERS: Mapping[type[Message], Handler] = {
    VerifyContract: verify_contract,
    ShowContract: show_contract,
    LogIn: log_in,
    LogInWithProof: log_in_with_proof,
    ShowSession: show_session,
    ShowLoginHistory: show_login_history,
    LogOut: log_out,
    ShowOwnAccount: show_own_account,
    ChangeNickname: change_nickname,
    ChangePassword: change_password,
    LeaveAccount: leave_account,
    ShowOwnSessions: show_own_sessions,
    EndOwnSession: end_own_session,
    EndOtherSessions: end_other_sessions,
    ExportData: export_data,
    AskAddressChange: ask_address_change,
    ShowAddressChange: show_address_change,
    ConfirmAddressChange: confirm_address_change,
    UndoAddressChange: undo_address_change,
    AskForPasswordReset: ask_for_password_reset,
    AskForAccountIds: ask_for_account_ids,
    ShowPasswordReset: show_password_reset,
    ResetPassword: reset_password,
    RenewAccess: renew_access,
    ShowPasskeys: show_passkeys,
    OfferPasskey: offer_passkey,
    AddPasskey: add_passkey,
    RemovePasskey: remove_passkey,
    LogInWithPasskey: log_in_with_passkey,
    ShowSecondFactor: show_second_factor,
    BeginSecondFactorSetup: begin_second_factor_setup,
    ShowSecondFactorSetup: show_second_factor_setup,
    AddSecondFactor: add_second_factor,
    RemakeRecoveryCodes: remake_recovery_codes,
    RemoveSecondFactor: remove_second_factor,
    FinishLogIn: finish_log_in,
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
    "forget_old_resets": (3600.0, forget_old_resets),
    "forget_closed_accounts": (3600.0, forget_closed_accounts),
    "forget_old_contracts": (3600.0, forget_old_contracts),
    "forget_old_audit": (3600.0, forget_old_audit),
    "forget_old_codes": (3600.0, forget_old_codes),
    "forget_old_challenges": (3600.0, forget_old_challenges),
    "forget_unfinished": (3600.0, forget_unfinished),
    "seal_again": (3600.0, seal_again),
}
"""By name: how many seconds lie between two runs, and what is run."""


async def build(settings: Settings) -> Component:
    """The component, ready to be run. Starts nothing and needs no server yet."""
    database = await Database.of(settings)
    service = _service(settings, database)
    watch_limits(Limits.alarms)
    return Component(
        name="identity",
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
            "identity",
            opens=service.unsealer,
            signs=service.signer,
            seals=(service.sealer, SEALS_FOR),
            believes=(service.verifier, BELIEVES),
        ),
        close=service.hasher.close,
    )


def _service(settings: Settings, database: Database) -> Identity:
    hasher = PasswordHasher(
        memory_kib=settings.password_hash_memory_kib, passes=settings.password_hash_passes
    )
    unsealer = Unsealer([key.get_secret_value() for key in settings.sealing_private_keys])
    return Identity(
        database=database,
        outbox=Outbox(database),
        sealer=Sealer({**settings.sealing_public_keys, "identity": unsealer.own_public_key}),
        unsealer=unsealer,
        signer=Signer(settings.signing_private_key.get_secret_value()),
        verifier=Verifier(settings.signing_public_keys),
        hasher=hasher,
        buckets=Pseudonyms(settings.signing_private_key.get_secret_value()),
        closed_contracts_may_register=settings.closed_contracts_may_register,
        limits=Limits().changed(settings.identity_limits),
        password_policy=settings.password_policy,
        words_of_the_company=settings.company.words_of_its_name,
        month_of_change_is_new_holders=settings.month_of_change_is_new_holders,
    )
