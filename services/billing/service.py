"""What billing's use cases work with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.database.db import Database, Transaction
from chassis.messaging.refusal import Refusal
from chassis.security.signing import InvalidClaims, Verifier
from messages.billing import RefusalCode
from messages.identity import SessionAssertion
from messages.values import BillingMonth
from services.billing.statements import repository
from services.billing.statements.domain import ListedMonth, WindowRule


@dataclass(frozen=True)
class Billing:
    """Database, identity's key, and the operator's two numbers (Q21): how many months are listed, and the
    first one that ever is.
    """

    database: Database
    verifier: Verifier
    listed_months: int
    first_listed_month: BillingMonth

    async def charges_of(
        self, tx: Transaction, session_assertion: str
    ) -> tuple[SessionAssertion, Sequence[ListedMonth]]:
        """Who asks, on identity's word alone, and his months inside the window, newest first (T24): what the
        list lacks cannot be opened either (T25). Nothing in a query says whose charges are meant. Raises
        SESSION_ENDED without a fresh word.
        """
        try:
            session = self.verifier.verify_signature(session_assertion, SessionAssertion, said_by="identity")
        except InvalidClaims:
            raise Refusal(RefusalCode.SESSION_ENDED) from None
        # The window ends with the newest published month, so the newest ones hold all that lie in it.
        newest = await repository.newest_statements(tx, session.customer_number, self.listed_months)
        if not session.is_fresh(newest.at):
            raise Refusal(RefusalCode.SESSION_ENDED)
        rule = WindowRule(self.listed_months, self.first_listed_month)
        window = rule.window(newest.newest_published, session.charges_from)
        return session, [each for each in newest.statements if window and each.billing_month in window]
