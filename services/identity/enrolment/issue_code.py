"""The desk gives out a code, to a customer whom it knows on the telephone or at the counter."""

from __future__ import annotations

import secrets

from chassis.database.db import Database
from messages.values import CustomerNumber, EnrolmentCode
from messages.values.enrolment_code import DIGITS
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.enrolment import repository as codes
from services.identity.enrolment.domain import (
    CODES_AN_HOUR,
    IssuedCode,
    NoCode,
    code_hash,
)


async def issue_code(
    database: Database, customer_number: CustomerNumber, *, done_by: str, reason: str
) -> IssuedCode | NoCode:
    """A code for the account of whoever holds that number: for fifteen minutes, once, and only together with
    the proof of the contract. It is noted who gave it out and why; an earlier one is worth nothing.
    """
    code = EnrolmentCode(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")
    async with database.transaction() as tx:
        account_key = await accounts.find_account_key_of(tx, customer_number)
        account = await accounts.find_account(tx, account_key) if account_key else None
        if account is None:
            return NoCode.NO_ACCOUNT
        if account.is_frozen:
            return NoCode.FROZEN
        if await codes.count_lately_issued(tx, account.account_key) >= CODES_AN_HOUR:
            return NoCode.TOO_MANY
        expires_at = await codes.put(tx, account.account_key, code_hash(code))
        entry = AuditEntry(
            AuditKind.ENROLMENT_CODE_ISSUED, account.account_key, done_by=done_by, reason=reason
        )
        await audit.add(tx, entry)
    return IssuedCode(code, expires_at)
