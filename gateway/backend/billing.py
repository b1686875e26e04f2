"""Billing, as the pages ask it."""

from __future__ import annotations

from gateway.backend.calls import LIST_WAIT, Calls
from messages.billing import ChargesListed, ListCharges, ShowStatement, StatementShown
from messages.values import BillingMonth


class BillingClient:
    """Asks for charges on behalf of whoever the session assertion names."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def list_charges(self, session_assertion: str) -> ChargesListed:
        """ご利用料金の一覧."""
        request = ListCharges(session_assertion=session_assertion)
        return await self._calls.call(request, within=LIST_WAIT)

    async def show_statement(self, session_assertion: str, month: BillingMonth) -> StatementShown:
        """ご利用料金の明細."""
        request = ShowStatement(session_assertion=session_assertion, billing_month=month)
        return await self._calls.call(request, within=LIST_WAIT)
