"""What is said of a month that may not be seen."""

from __future__ import annotations

from aiohttp import web

from gateway.language import said
from gateway.responses import show
from gateway.texts.charges import CHARGES_REFUSALS
from messages.billing import RefusalCode
from messages.identity import SessionShown


def statement_not_found(request: web.Request, session: SessionShown) -> web.Response:
    """The same for a month that does not exist, lies outside the window, or is somebody else's (T25)."""
    text = said(CHARGES_REFUSALS[RefusalCode.STATEMENT_NOT_FOUND])
    return show(request, "charges/statement_not_found.html", status=404, session=session, text=text)
