"""Hourly: whose My Page ends soon is told so."""

from __future__ import annotations

from messages.identity import AccountClosingSoon
from services.identity.accounts import repository as accounts
from services.identity.service import Identity


async def give_closing_notices(service: Identity) -> None:
    """Announces the end of accounts of ended contracts, each once (Q24). Replicas may do it at once."""
    while await _notice_batch(service) == accounts.AT_A_TIME:
        pass


async def _notice_batch(service: Identity) -> int:
    async with service.database.transaction() as tx:
        given = await accounts.give_closing_notices(tx)
        for closing in given:
            account = closing.account
            recipient = service.seal_recipient(
                account.account_key,
                email_address=account.email_address,
                nickname=account.nickname,
                account_id=account.account_id,
            )
            notice = AccountClosingSoon(
                account_key=account.account_key, closes_at=closing.closes_at, recipient=recipient
            )
            await service.outbox.add(tx, notice)
    return len(given)
