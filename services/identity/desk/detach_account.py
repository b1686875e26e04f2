"""The desk takes an account off its contract, so that who holds it now can register (ADR 0061)."""

from __future__ import annotations

from chassis.database.db import Database
from chassis.messaging.outbox import Outbox
from messages.identity import ContractReplaced
from messages.values import AccountId, CustomerNumber
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.desk import repository as desk


async def detach_account(
    database: Database, whose: CustomerNumber | AccountId, *, done_by: str, reason: str
) -> bool:
    """The contract passes on to who holds it now: he registers under another key, and reads nothing of the
    months until today. The account is frozen, its sessions end, and it is erased when the quarantine is over;
    until then its ID is not free. It is noted who did it and why. False if there is no such account, or its
    contract has passed on already.
    """
    async with database.transaction() as tx:
        account_key = await accounts.find_account_key_of(tx, whose)
        if account_key is None:
            return False
        former = await desk.pass_contract_on(tx, account_key)
        if former is None:
            return False
        await desk.freeze(tx, account_key)
        await accounts.end_sessions_of(tx, [account_key])
        await Outbox(database).add(tx, ContractReplaced(contract_key=former))
        entry = AuditEntry(AuditKind.ACCOUNT_DETACHED, account_key, done_by=done_by, reason=reason)
        await audit.add(tx, entry)
    return True
