"""新しいパスワードの設定: the link in the mail, and パスワードを変更しました。"""

from __future__ import annotations

from contextlib import suppress

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from chassis.security.tokens import is_token, token_hash
from chassis.web.form_reading import read_form
from gateway.forms import FieldReader, InvalidForm, Problem
from gateway.language import said
from gateway.portal import client_network_of, portal_of
from gateway.pre_session import PRE_SESSION, takes_cookies, with_pre_session
from gateway.recovery.cookies import DONE_RESET, OPENED_RESET, DoneReset, OpenedReset
from gateway.responses import problem_of, see_other, sentence_of, show, status_of
from gateway.texts.fields import PASSWORD_HINTS, PASSWORD_RULES
from gateway.texts.recovery import NO_COOKIE, RESET_ENDS, ResetWayOn
from messages.recovery import RefusalCode
from messages.values import AccountId, check_password

_FIELD = "new_password"


async def open_link(request: web.Request) -> web.StreamResponse:
    """GET /reset/{token}: moves the token out of the address, and nothing else; mail scanners do no harm
    (S5-1, X21, X22).
    """
    token = request.match_info["token"]
    if not is_token(token):
        return _ended(request, Refusal(RefusalCode.RESET_UNKNOWN))
    cookies = portal_of(request).cookies
    opened = cookies.read(request.cookies, OPENED_RESET)
    if opened is None or not opened.is_of(token):
        opened = OpenedReset(reset_token=token)
    response = see_other("/reset")
    cookies.keep(response, OPENED_RESET, opened)
    response.headers["Referrer-Policy"] = "no-referrer"
    return with_pre_session(request, response)


async def form(request: web.Request) -> web.StreamResponse:
    """GET /reset: asks for the new password while the link is alive, else says why it is not."""
    cookies = portal_of(request).cookies
    opened = cookies.read(request.cookies, OPENED_RESET)
    if opened is None:
        return _without_link(request)
    done_here = cookies.read(request.cookies, DONE_RESET)
    if done_here is not None and opened.is_of(done_here.reset_token):
        return see_other("/reset/done")
    return await _form(request, opened)


async def change_password(request: web.Request) -> web.StreamResponse:
    """POST /reset, [パスワードを変更する]. Whoever was logged in in this browser is not any more: it was this
    customer, whose sessions have all ended, or another one at a shared computer.
    """
    typed = await read_form(request)
    portal = portal_of(request)
    opened = portal.cookies.read(request.cookies, OPENED_RESET)
    if opened is None:
        return _without_link(request)
    policy = portal.settings.password_policy
    reader = FieldReader(typed, policy)
    related = portal.settings.company.words_of_its_name
    password = reader.read(_FIELD, lambda text: check_password(text, policy, related=related))
    try:
        if password is None:
            raise reader.invalid()
        changed = await portal.backend.identity.reset_password(
            token_hash(opened.reset_token),
            token_hash(opened.browser_token),
            password,
            client_network=client_network_of(request),
        )
    except InvalidForm as invalid:
        return await _form(request, opened, status=422, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code in RESET_ENDS:
            return _ended(request, refusal)
        problems = problem_of(request, refusal, _FIELD)
        return await _form(request, opened, status=status_of(refusal), problems=problems)
    return await _done(request, opened, changed.account_id)


async def done(request: web.Request) -> web.StreamResponse:
    """GET /reset/done, only in the browser that did it."""
    done_here = portal_of(request).cookies.read(request.cookies, DONE_RESET)
    if done_here is None:
        return see_other("/login")
    return show(request, "recovery/done.html", account_id=done_here.account_id)


async def _form(
    request: web.Request, opened: OpenedReset, *, status: int = 200, problems: tuple[Problem, ...] = ()
) -> web.Response:
    portal = portal_of(request)
    policy = portal.settings.password_policy
    try:
        shown = await portal.backend.identity.show_password_reset(
            token_hash(opened.reset_token), client_network=client_network_of(request)
        )
    except Refusal as refusal:
        if refusal.code not in RESET_ENDS:
            raise
        return _ended(request, refusal)
    return show(
        request,
        "recovery/reset.html",
        status=status,
        problems=problems,
        account_id=shown.account_id,
        password_hint=said(PASSWORD_HINTS[policy]),
        password_rules=PASSWORD_RULES[policy],
    )


async def _done(request: web.Request, opened: OpenedReset, account_id: AccountId) -> web.Response:
    """The link stays with this browser, dead as it is, and so does the name that its forms are bound to: a
    second press is judged as the first was.
    """
    portal = portal_of(request)
    response = see_other("/reset/done")
    session_hash = portal.sessions.hash_in(request.cookies)
    if session_hash:
        portal.sessions.forget(session_hash)
        with suppress(Refusal, ServiceTrouble):
            await portal.backend.identity.log_out(session_hash)
        portal.sessions.end(response)
    portal.forget_visitor(request, response)
    if visitor := portal.cookies.read(request.cookies, PRE_SESSION):
        portal.cookies.keep(response, PRE_SESSION, visitor)
    portal.cookies.keep(response, OPENED_RESET, opened)
    done_here = DoneReset(reset_token=opened.reset_token, account_id=account_id)
    portal.cookies.keep(response, DONE_RESET, done_here)
    return response


def _without_link(request: web.Request) -> web.Response:
    """There was no link, or the browser refused the cookie that carries it."""
    if takes_cookies(request):
        return _ended(request, Refusal(RefusalCode.RESET_UNKNOWN))
    heading, text = NO_COOKIE
    way_on = ResetWayOn.OPEN_MAIL
    return show(
        request,
        "recovery/ended.html",
        status=404,
        heading=said(heading),
        text=said(text),
        way_on=way_on,
    )


def _ended(request: web.Request, refusal: Refusal) -> web.Response:
    status, heading, way_on = RESET_ENDS[refusal.code]
    text = sentence_of(request, refusal)
    return show(
        request, "recovery/ended.html", status=status, heading=said(heading), text=text, way_on=way_on
    )
