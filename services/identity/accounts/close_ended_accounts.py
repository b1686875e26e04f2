"""Hourly: My Page ends, twelve months after the contract."""

from __future__ import annotations

from messages.identity import AccountClosed, SessionEnded
from services.identity.accounts import repository as accounts
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditKind
from services.identity.service import Identity


async def close_ended_accounts(service: Identity) -> None:
    """Closes accounts whose announced end has come, and their sessions with them (Q24). Replicas may do it at
    once.
    """
    while await _close_batch(service) == accounts.AT_A_TIME:
        pass


async def _close_batch(service: Identity) -> int:
    async with service.database.transaction() as tx:
        closed = await accounts.close_accounts(tx)
        account_keys = [account.account_key for account in closed]
        await audit.add_for_each(tx, AuditKind.ACCOUNT_CLOSED, account_keys)
        for session_token_hash in await accounts.end_sessions_of(tx, account_keys):
            await service.outbox.add(tx, SessionEnded(session_token_hash=session_token_hash))
        for account in closed:
            told = AccountClosed(account_key=account.account_key, registration_key=account.registration_key)
            await service.outbox.add(tx, told)
    return len(closed)
