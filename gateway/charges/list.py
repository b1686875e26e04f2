"""ご利用料金の一覧."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from chassis.messaging.rpc_client import ServiceTrouble
from gateway.behind_login import behind_login
from gateway.charges.chart import chart_of
from gateway.charges.unavailable import charges_unavailable
from gateway.portal import portal_of
from gateway.responses import show
from gateway.texts.charges import difference_in_words, month_before
from messages.billing import ListedStatement
from messages.identity import SessionShown
from messages.values import BillingMonth


@dataclass(frozen=True)
class ListedRow:
    """A row of the table; the difference to the row below it in words, empty for the last one."""

    month: BillingMonth
    amount_yen: int
    difference_yen: int
    difference: str


@behind_login
async def charges(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /charges (T24)."""
    try:
        listed = await portal_of(request).backend.billing.list_charges(session.session_assertion)
    except ServiceTrouble:
        return charges_unavailable(request, session)
    return show(
        request,
        "charges/list.html",
        session=session,
        listed=listed,
        rows=listed_rows(listed.statements),
        chart=chart_of(listed.statements),
    )


def listed_rows(newest_first: Sequence[ListedStatement]) -> list[ListedRow]:
    """One for each month, in their order."""
    rows = []
    for statement, earlier in zip(newest_first, [*newest_first[1:], None], strict=False):
        difference, words = 0, ""
        if earlier is not None:
            difference = statement.amount_yen - earlier.amount_yen
            before = month_before(statement.billing_month, earlier.billing_month, is_newest=False)
            words = difference_in_words(difference, before)
        rows.append(ListedRow(statement.billing_month, statement.amount_yen, difference, words))
    return rows
