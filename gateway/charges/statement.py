"""ご利用料金の明細."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway.behind_login import behind_login
from gateway.charges.not_found import statement_not_found
from gateway.charges.unavailable import charges_unavailable
from gateway.portal import portal_of
from gateway.responses import show
from messages.billing import RefusalCode
from messages.identity import SessionShown
from messages.values import BillingMonth, InvalidValue


@behind_login
async def statement(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /charges/{month} (T25). Lines stand in billing's order, grouped by service."""
    try:
        month = BillingMonth.parse(request.match_info["month"])
        shown = await portal_of(request).backend.billing.show_statement(session.session_assertion, month)
    except InvalidValue:
        return statement_not_found(request, session)
    except ServiceTrouble:
        return charges_unavailable(request, session)
    except Refusal as refusal:
        if refusal.code != RefusalCode.STATEMENT_NOT_FOUND:
            raise
        return statement_not_found(request, session)
    groups = [
        (service, list(lines)) for service, lines in groupby(shown.lines, key=lambda line: line.service)
    ]
    return show(request, "charges/statement.html", session=session, statement=shown, groups=groups)
