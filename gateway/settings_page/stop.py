"""The link in a mail about a published month: no more of them, without a log-in and without a cookie (RFC
8058).
"""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import is_token, token_hash
from chassis.web.form_reading import read_sent_form
from gateway.language import said
from gateway.portal import portal_of
from gateway.responses import see_other, show
from gateway.texts.settings_page import STOP_LINK_UNKNOWN
from messages.billing import RefusalCode

ONE_CLICK_ROUTE = "/stop/{token}"
"""Mail programs and their providers post to it: whoever has the address may, wherever he comes from."""
_ONE_CLICK = ("List-Unsubscribe", "One-Click")


async def form(request: web.Request) -> web.StreamResponse:
    """GET /stop/{token}: a page with a button. Changes nothing, and asks nobody: mail scanners do no harm
    (X21).
    """
    if not is_token(request.match_info["token"]):
        return _unknown(request)
    return _unreferred(show(request, "settings_page/stop.html", one_click=_ONE_CLICK))


async def stop(request: web.Request) -> web.StreamResponse:
    """POST /stop/{token}: one click in a mail program, which must not be led elsewhere, or the button of the
    page, after which the token leaves the address. A second time nothing happens.
    """
    typed = await read_sent_form(request)
    name, value = _ONE_CLICK
    if typed.get(name) != value:
        raise web.HTTPBadRequest
    token = request.match_info["token"]
    try:
        if not is_token(token):
            return _unknown(request)
        await portal_of(request).backend.billing.stop_bill_notices(token_hash(token))
    except Refusal as refusal:
        if refusal.code != RefusalCode.STOP_LINK_UNKNOWN:
            raise
        return _unknown(request)
    return _unreferred(see_other("/stop/done") if "pressed" in typed else _stopped(request))


async def done(request: web.Request) -> web.StreamResponse:
    """GET /stop/done."""
    return _stopped(request)


def _stopped(request: web.Request) -> web.Response:
    return show(request, "settings_page/stopped.html")


def _unknown(request: web.Request) -> web.Response:
    text = said(STOP_LINK_UNKNOWN)
    page = show(request, "settings_page/stop_unknown.html", status=404, text=text)
    return _unreferred(page)


def _unreferred(response: web.Response) -> web.Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
