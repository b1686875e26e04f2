"""What billing's use cases work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from chassis.database.data_loader import DataLoader
from chassis.database.db import Database
from chassis.messaging.outbox import Outbox
from chassis.messaging.refusal import Refusal
from chassis.security.sealing import Sealer
from chassis.security.signing import InvalidClaims, Verifier
from messages.billing import RefusalCode
from messages.identity import SessionAssertion
from messages.values import BillingMonth, CustomerNumber
from services.billing.statements import repository
from services.billing.statements.domain import InvoiceRule, ListedMonth, WindowRule
from services.billing.statements.repository import NewestStatements


@dataclass(frozen=True)
class Billing:
    """Database, outbox, keys, and what the operator says: how many months are listed, the first one that
    ever is (Q21), and what makes a statement a 適格請求書 (C16).
    """

    database: Database
    outbox: Outbox
    sealer: Sealer
    verifier: Verifier
    listed_months: int
    first_listed_month: BillingMonth
    invoice_rule: InvoiceRule = field(default_factory=InvoiceRule)

    @property
    def window_rule(self) -> WindowRule:
        """Which months may be opened."""
        return WindowRule(self.listed_months, self.first_listed_month)

    async def session_of(self, session_assertion: str) -> SessionAssertion:
        """Who asks, on identity's word alone. Raises SESSION_ENDED without a fresh one."""
        now = await self.database.now()
        try:
            return self.verifier.verify(session_assertion, SessionAssertion, said_by="identity", now=now)
        except InvalidClaims:
            raise Refusal(RefusalCode.SESSION_ENDED) from None

    @cached_property
    def _newest(self) -> Mapping[bool, DataLoader[CustomerNumber, NewestStatements]]:
        """By whether the charges of the two newest are wanted."""
        return {
            with_charges: DataLoader(partial(self._newest_statements, with_charges=with_charges))
            for with_charges in (False, True)
        }

    async def _newest_statements(
        self, customer_numbers: Sequence[CustomerNumber], *, with_charges: bool
    ) -> Mapping[CustomerNumber, NewestStatements]:
        async with self.database.autocommit() as tx:
            return await repository.newest_statements(
                tx, customer_numbers, self.listed_months, with_charges=with_charges
            )

    async def charges_of(
        self, session_assertion: str, *, with_charges: bool = False
    ) -> tuple[SessionAssertion, Sequence[ListedMonth]]:
        """Who asks, on identity's word alone, and his months inside the window, newest first (T24): what the
        list lacks cannot be opened either (T25). `with_charges`: with what the two newest say, if those
        differ. Nothing in a query says whose charges are meant. Raises SESSION_ENDED without a fresh word.
        """
        try:
            session = self.verifier.verify_signature(session_assertion, SessionAssertion, said_by="identity")
        except InvalidClaims:
            raise Refusal(RefusalCode.SESSION_ENDED) from None
        # The window ends with the newest published month, so the newest ones hold all that lie in it.
        newest = await self._newest[with_charges].load(session.customer_number)
        if not session.is_fresh(newest.at):
            raise Refusal(RefusalCode.SESSION_ENDED)
        own = (session.charges_from, session.charges_until)
        window = self.window_rule.window(newest.newest_published, *own)
        return session, [each for each in newest.statements if window and each.billing_month in window]
