"""Every second: some of the customers who want to be told of a published month are (ADR 0055)."""

from __future__ import annotations

from chassis.database.db import Transaction
from chassis.messaging.outbox import waiting
from chassis.security.tokens import new_key, new_token, token_hash
from messages.billing import PublishedBill, StatementPublished
from services.billing.notices import repository
from services.billing.notices.domain import AnnouncedMonth, Candidate, is_to_be_told
from services.billing.service import Billing

AT_A_TIME = 100
"""In a second: fewer than identity and notification take from the queues in which registrations wait, too."""
MOST_WAITING = 1_000
"""Events in the outbox: while the broker takes no more, nobody is told."""


async def announce_published_months(service: Billing) -> None:
    """The next subscribers of a month. Who was told, what was said and how far it got are one commit: a crash
    loses none and doubles none. Replicas may do it at once.
    """
    async with service.database.transaction() as tx:
        announced = await repository.claim_month(tx)
        if announced is None or (await waiting(tx)).rows >= MOST_WAITING:
            return
        candidates = await repository.next_candidates(tx, announced, AT_A_TIME)
        for candidate in candidates:
            if is_to_be_told(candidate, announced, service.window_rule):
                await _tell(service, tx, announced, candidate)
        if len(candidates) < AT_A_TIME:
            await repository.note_all_told(tx, announced.month)
        else:
            await repository.note_told_to(tx, announced.month, candidates[-1].account_key)


async def _tell(service: Billing, tx: Transaction, announced: AnnouncedMonth, candidate: Candidate) -> None:
    notice_key, stop_token = new_key(), new_token()
    await repository.add_notice(
        tx,
        candidate.account_key,
        announced.month,
        notice_key=notice_key,
        stop_token_hash=token_hash(stop_token),
    )
    bill = PublishedBill(
        stop_token=stop_token, amount_yen=candidate.amount_yen if candidate.with_amount else None
    )
    published = StatementPublished(
        notice_key=notice_key,
        account_key=candidate.account_key,
        billing_month=announced.month,
        bill=service.sealer.seal(bill, to="notification", bound_to=notice_key),
    )
    await service.outbox.add(tx, published)
