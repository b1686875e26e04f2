"""ご利用料金の一覧 and 明細."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway import texts
from gateway.error_pages import RETRY_AFTER_SECONDS
from gateway.responses import REQUEST_ID, behind_login, portal_of, show
from messages.billing import RefusalCode
from messages.identity import SessionShown
from messages.values import BillingMonth, InvalidValue


def _unavailable(request: web.Request, session: SessionShown) -> web.Response:
    """Billing is away, the rest of the portal is not: header, menu and logout stay (B4)."""
    response = show(
        request, "charges_unavailable.html", status=503, session=session, reference=request[REQUEST_ID]
    )
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _not_found(request: web.Request, session: SessionShown) -> web.Response:
    """The same for a month that does not exist, lies outside the window, or is somebody else's (T25)."""
    text = texts.REFUSALS[RefusalCode.STATEMENT_NOT_FOUND]
    return show(request, "statement_not_found.html", status=404, session=session, text=text)


@behind_login
async def charges(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /charges (T24)."""
    try:
        listed = await portal_of(request).backend.list_charges(session.session_assertion)
    except ServiceTrouble:
        return _unavailable(request, session)
    return show(request, "charges.html", session=session, listed=listed)


@behind_login
async def statement(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /charges/{month} (T25). Lines stand in billing's order, grouped by service."""
    try:
        month = BillingMonth.parse(request.match_info["month"])
        shown = await portal_of(request).backend.show_statement(session.session_assertion, month)
    except InvalidValue:
        return _not_found(request, session)
    except ServiceTrouble:
        return _unavailable(request, session)
    except Refusal as refusal:
        if refusal.code != RefusalCode.STATEMENT_NOT_FOUND:
            raise
        return _not_found(request, session)
    groups = [
        (service, list(lines)) for service, lines in groupby(shown.lines, key=lambda line: line.service)
    ]
    return show(request, "statement.html", session=session, statement=shown, groups=groups)
