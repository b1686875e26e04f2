"""Billing, as the pages ask it."""

from __future__ import annotations

from gateway.backend.calls import LIST_WAIT, USUAL_WAIT, Calls
from messages.billing import (
    BillNoticeChoice,
    ChargesListed,
    ChooseBillNotice,
    ListCharges,
    ShowBillNotice,
    ShowStatement,
    StatementShown,
    StopBillNotices,
)
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

    async def show_bill_notice(self, session_assertion: str) -> BillNoticeChoice:
        """お知らせメール on the settings page."""
        request = ShowBillNotice(session_assertion=session_assertion)
        return (await self._calls.call(request, within=LIST_WAIT)).choice

    async def choose_bill_notice(self, session_assertion: str, choice: BillNoticeChoice) -> None:
        """[保存する] of お知らせメール. May be repeated."""
        request = ChooseBillNotice(session_assertion=session_assertion, choice=choice)
        await self._calls.call(request, within=USUAL_WAIT)

    async def stop_bill_notices(self, stop_token_hash: str) -> None:
        """The link of such a mail. May be repeated."""
        await self._calls.call(StopBillNotices(stop_token_hash=stop_token_hash), within=USUAL_WAIT)
