"""The statements that a customer may see, asked for with the very questions of the statement's page (ADR
0053).
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from chassis.messaging.refusal import Refusal
from gateway.portal import portal_of
from messages.billing import RefusalCode, StatementShown
from messages.identity import SessionShown
from messages.values import BillingMonth

_ASKED_AT_ONCE = 12  # months: a year; an operator may list ten


async def listed_statements(request: web.Request, session: SessionShown) -> list[StatementShown]:
    """Oldest first. A month that leaves the list meanwhile is left out."""
    listed = await portal_of(request).backend.billing.list_charges(session.session_assertion)
    months = sorted(each.billing_month for each in listed.statements)
    shown: list[StatementShown | None] = []
    for start in range(0, len(months), _ASKED_AT_ONCE):
        together = months[start : start + _ASKED_AT_ONCE]
        shown += await asyncio.gather(*(statement_of(request, session, month) for month in together))
    return [each for each in shown if each]


async def statement_of(
    request: web.Request, session: SessionShown, month: BillingMonth
) -> StatementShown | None:
    """None for a month that may not be seen."""
    try:
        return await portal_of(request).backend.billing.show_statement(session.session_assertion, month)
    except Refusal as refusal:
        if refusal.code != RefusalCode.STATEMENT_NOT_FOUND:
            raise
        return None
