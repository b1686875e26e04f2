"""What billing's use cases work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.database.db import Database
from chassis.messaging.refusal import Refusal
from chassis.security.signing import InvalidClaims, Verifier
from messages.billing import RefusalCode
from messages.identity import SessionAssertion
from messages.values import BillingMonth


@dataclass(frozen=True)
class Billing:
    """Database, identity's key, and the operator's two numbers (Q21): how many months are listed, and the
    first one that ever is.
    """

    database: Database
    verifier: Verifier
    listed_months: int
    first_listed_month: BillingMonth

    def session_of(self, assertion: str) -> SessionAssertion:
        """Who asks, on identity's word alone; nothing in a query says whose charges are meant. Whether the
        word is fresh is for `require_fresh`. Raises SESSION_ENDED.
        """
        try:
            return self.verifier.verify_signature(assertion, SessionAssertion, said_by="identity")
        except InvalidClaims:
            raise Refusal(RefusalCode.SESSION_ENDED) from None

    def require_fresh(self, session: SessionAssertion, now: datetime) -> None:
        """Before anything is answered. Raises SESSION_ENDED."""
        if session.expires_at <= now:
            raise Refusal(RefusalCode.SESSION_ENDED)
