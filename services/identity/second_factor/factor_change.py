"""The steps that all who turn a second factor on or off, or make recovery codes, have in common."""

from __future__ import annotations

from uuid import UUID

from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from chassis.security.key_texts import PublicKeyText
from chassis.security.sealing import seal_answer
from messages.account_notices import AccountChange
from messages.identity import RefusalCode
from messages.second_factor import (
    AddSecondFactor,
    RecoveryCodes,
    RecoveryCodesMade,
    RemakeRecoveryCodes,
    RemoveSecondFactor,
)
from messages.values import SecondFactorCode
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.own_account.password_again import renew_session
from services.identity.second_factor.code_judgement import tell_holder
from services.identity.second_factor.domain import RECOVERY_CODES, recovery_code
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def locked_account_of(tx: Transaction, session_token_hash: str, next_token_hash: str) -> UUID:
    """The account of a living session, which has its next token already if a press is repeated; nobody else
    changes its factor meanwhile. Refusal: SESSION_ENDED.
    """
    for each in (session_token_hash, next_token_hash):
        account_key = await sessions.find_account_key(tx, each)
        if account_key is not None and await accounts.lock_account(tx, account_key):
            return account_key
    raise Refusal(RefusalCode.SESSION_ENDED)


async def note_change(
    service: Identity,
    tx: Transaction,
    account_key: UUID,
    kinds: tuple[AuditKind, AccountChange],
    command: AddSecondFactor | RemakeRecoveryCodes | RemoveSecondFactor,
) -> None:
    """In the audit, and by mail to the holder. The session has its next token, and the others are over.
    Refusal: SESSION_ENDED.
    """
    await renew_session(service, tx, command.session_token_hash, command.next_token_hash)
    await sessions.end_others(tx, account_key, kept=command.next_token_hash)
    network, device = command.client_network, command.device
    await audit.add(tx, AuditEntry(kinds[0], account_key, client_network=network, device=device))
    await tell_holder(service, tx, account_key, kinds[1], device)


def codes_of_form(
    service: Identity, account_key: UUID, form_key: UUID, step: int
) -> tuple[SecondFactorCode, ...]:
    """The recovery codes that this form makes with a code of that step: the same when it is sent again, and
    nobody finds them without identity's own key.
    """
    made = [
        service.buckets.of("recovery_code", f"{account_key}:{form_key}:{step}:{number}")
        for number in range(RECOVERY_CODES)
    ]
    return tuple(recovery_code(each.rpartition(":")[2]) for each in made)


def codes_for_asker(
    codes: tuple[SecondFactorCode, ...], session_token_hash: str, answer_key: PublicKeyText
) -> RecoveryCodesMade:
    """The reply that only the asker opens."""
    sealed = seal_answer(RecoveryCodes(codes=codes), answer_key, bound_to=session_token_hash)
    return RecoveryCodesMade(codes=sealed)
