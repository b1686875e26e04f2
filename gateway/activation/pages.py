"""メール受信確認 and 本登録が完了しました。: steps 5 and 6."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import is_token, token_hash
from chassis.web.form_reading import read_form
from gateway.activation.cookies import HELD_TICKET, OPENED_LINK, HeldTicket, OpenedLink
from gateway.forms import InvalidForm, Problem, require_filled
from gateway.language import said
from gateway.portal import client_network_of, portal_of
from gateway.pre_session import takes_cookies, with_pre_session
from gateway.registration.drafts import DRAFT, REGISTERED, registered_draft_in
from gateway.responses import problem_of, see_other, show, status_of, tell_to_wait
from gateway.texts.activation import ACTIVATION_ENDS, ACTIVATION_REFUSALS, NO_COOKIE
from gateway.texts.phrases import WayOn
from messages.registration import RefusalCode


def _ended(request: web.Request, code: str) -> web.Response:
    status, heading, way_on = ACTIVATION_ENDS[code]
    text = said(ACTIVATION_REFUSALS[code])
    return show(request, "ended.html", status=status, heading=said(heading), text=text, way_on=way_on)


def _form(request: web.Request, *, status: int = 200, problems: tuple[Problem, ...] = ()) -> web.Response:
    """The account ID is shown only in the browser that registered: whoever else holds the link learns nothing
    (X23).
    """
    registered = portal_of(request).cookies.read(request.cookies, REGISTERED)
    return show(
        request,
        "activation/activation.html",
        status=status,
        problems=problems,
        account_id=registered.account_id if registered else None,
    )


async def open_link(request: web.Request) -> web.StreamResponse:
    """GET /activate/{token}: moves the token out of the address, and nothing else; mail scanners do no harm
    (S5-1).
    """
    token = request.match_info["token"]
    if not is_token(token):
        return _ended(request, RefusalCode.ACTIVATION_UNKNOWN)
    response = see_other("/activate")
    cookies = portal_of(request).cookies
    opened = cookies.read(request.cookies, OPENED_LINK)
    if opened is None or opened.activation_token != token:
        opened = OpenedLink(activation_token=token)
    cookies.keep(response, OPENED_LINK, opened)
    response.headers["Referrer-Policy"] = "no-referrer"
    return with_pre_session(request, response)


async def form(request: web.Request) -> web.StreamResponse:
    """GET /activate: asks for the password while the link is alive, else says why it is not."""
    opened = portal_of(request).cookies.read(request.cookies, OPENED_LINK)
    if opened is None:
        return _without_link(request)
    held = portal_of(request).cookies.read(request.cookies, HELD_TICKET)
    if held is not None and held.ticket == opened.ticket:
        return see_other("/activate/done")
    try:
        await portal_of(request).backend.registration.show_activation(
            token_hash(opened.activation_token),
            login_ticket_hash=token_hash(opened.ticket),
            client_network=client_network_of(request),
        )
    except Refusal as refusal:
        if refusal.code not in ACTIVATION_ENDS:
            raise
        return _ended(request, refusal.code)
    return _form(request)


def _without_link(request: web.Request) -> web.Response:
    """本登録 was done here a moment ago, and somebody went back and pressed again; else there was no link, or
    the browser refused the cookie that carries it.
    """
    if portal_of(request).cookies.read(request.cookies, HELD_TICKET) is not None:
        return see_other("/activate/done")
    if not takes_cookies(request):
        heading, text = map(said, NO_COOKIE)
        return show(request, "ended.html", status=404, heading=heading, text=text, way_on=WayOn.OPEN_MAIL)
    return _ended(request, RefusalCode.ACTIVATION_UNKNOWN)


async def activate(request: web.Request) -> web.StreamResponse:
    """POST /activate, [本登録する]. This browser gets the ticket for [そのままログイン]."""
    typed = await read_form(request)
    portal = portal_of(request)
    opened = portal.cookies.read(request.cookies, OPENED_LINK)
    if opened is None:
        return _without_link(request)
    try:
        require_filled(typed, "password")
        activated = await portal.backend.registration.activate(
            token_hash(opened.activation_token),
            password=typed["password"],
            login_ticket_hash=token_hash(opened.ticket),
            client_network=client_network_of(request),
        )
    except InvalidForm as invalid:
        return _form(request, status=422, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code in ACTIVATION_ENDS:
            return _ended(request, refusal.code)
        field = None if refusal.code == RefusalCode.TOO_MANY_LINKS else "password"
        problems = problem_of(request, refusal, field)
        return tell_to_wait(_form(request, status=status_of(refusal), problems=problems), refusal)
    response = see_other("/activate/done")
    held = HeldTicket(
        ticket=opened.ticket,
        login_proof=activated.login_proof,
        account_id=activated.account_id,
        session_token=opened.session_token,
    )
    portal.cookies.keep(response, HELD_TICKET, held)
    portal.cookies.drop(response, REGISTERED)
    if registered_draft_in(request) is not None:  # there is nothing to correct any more
        portal.cookies.drop(response, DRAFT)
    return response


async def done(request: web.Request) -> web.StreamResponse:
    """GET /activate/done, only in the browser that activated."""
    if portal_of(request).cookies.read(request.cookies, HELD_TICKET) is None:
        return see_other("/login")
    return show(request, "activation/done.html")
