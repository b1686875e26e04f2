"""The steps that all who turn a second factor on or off, or make recovery codes, have in common."""

from __future__ import annotations

from uuid import UUID

from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from chassis.security.key_texts import PublicKeyText
from chassis.security.sealing import Sealer
from messages.account_notices import AccountChange
from messages.identity import RefusalCode
from messages.second_factor import RecoveryCodes, RecoveryCodesMade
from messages.values import Device, SecondFactorCode
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.second_factor import repository
from services.identity.second_factor.code_judgement import tell_holder
from services.identity.second_factor.domain import RECOVERY_CODES, recovery_code
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def locked_account_of(tx: Transaction, session_token_hash: str) -> UUID:
    """The account of a living session, which lives on; nobody else changes its factor meanwhile. Refusal:
    SESSION_ENDED.
    """
    account_key = await sessions.find_account_key(tx, session_token_hash)
    if account_key is not None:
        await repository.lock_account(tx, account_key)
    if account_key is None or await sessions.keep_alive(tx, session_token_hash) is None:
        raise Refusal(RefusalCode.SESSION_ENDED)
    return account_key


async def note_change(
    service: Identity,
    tx: Transaction,
    account_key: UUID,
    kinds: tuple[AuditKind, AccountChange],
    *,
    kept: str,
    client_network: str,
    device: Device | None,
) -> None:
    """In the audit, and by mail to the holder; of his sessions the one of `kept` is left."""
    await sessions.end_others(tx, account_key, kept=kept)
    entry = AuditEntry(kinds[0], account_key, client_network=client_network, device=device)
    await audit.add(tx, entry)
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
    asker = Sealer({"asker": answer_key})
    return RecoveryCodesMade(
        codes=asker.seal(RecoveryCodes(codes=codes), to="asker", bound_to=session_token_hash)
    )
