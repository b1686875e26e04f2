"""The list of months that both pages begin with: what it lacks cannot be opened either (T25)."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.database.db import Transaction
from messages.identity import SessionAssertion
from services.billing.service import Billing
from services.billing.statements import repository
from services.billing.statements.domain import ListedMonth, WindowRule


async def listed_charges(
    service: Billing, tx: Transaction, session_assertion: str
) -> tuple[SessionAssertion, Sequence[ListedMonth]]:
    """Who asks, and his months inside the window, newest first (T24). Raises SESSION_ENDED without a fresh
    word of identity.
    """
    session = service.session_of(session_assertion)
    # The window ends with the newest published month, so the newest ones hold all that lie in it.
    newest = await repository.newest_statements(tx, session.customer_number, service.listed_months)
    service.require_fresh(session, newest.at)
    rule = WindowRule(service.listed_months, service.first_listed_month)
    window = rule.window(newest.newest_published, session.charges_from)
    return session, [each for each in newest.statements if window and each.billing_month in window]
