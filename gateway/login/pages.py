"""ログイン, [そのままログイン] and ログアウト."""

from __future__ import annotations

from contextlib import suppress

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from chassis.security.sealing import Sealed
from chassis.security.tokens import new_token, token_hash
from chassis.web.form_reading import read_form
from gateway.activation.cookies import HELD_TICKET
from gateway.devices import device_of
from gateway.forms import Problem, problems_of_empty
from gateway.known_device import known_device_of
from gateway.language import said
from gateway.login.arrival import arrive
from gateway.login.second_step import ask_for_code
from gateway.login.waiting import ask_to_log_in, prepare, waiting_login
from gateway.notices import NOTICE
from gateway.passkeys import passkey_log_in
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.pre_session import TOKEN_IS_TAKEN_AWAY
from gateway.responses import (
    problem_of,
    say_there,
    see_other,
    see_other_saying,
    show,
    status_of,
    tell_to_wait,
)
from gateway.texts.login import CANNOT_SAY, PROVISIONAL_LOGIN
from gateway.typed_before import TYPED_BEFORE
from gateway.wanted_page import wanted_page
from messages.identity import Credentials, RefusalCode
from messages.second_factor import RefusalCode as FactorCode


def _form(
    request: web.Request, account_id: str, *, status: int = 200, problems: tuple[Problem, ...] = ()
) -> web.Response:
    typed = {"account_id": account_id, "wanted": wanted_page(request)}
    passkey = passkey_log_in(request)
    return show(request, "login/login.html", status=status, problems=problems, typed=typed, passkey=passkey)


async def form(request: web.Request) -> web.StreamResponse:
    """GET /login. The ID is filled in where [そのままログイン] came too late. A token that is dead is taken
    away; a browser that has another one by now, which works, goes back to its page.
    """
    portal = portal_of(request)
    notice = portal.cookies.read(request.cookies, NOTICE)
    if notice is None or not notice.dead_token_hash:
        return _form(request, notice.account_id if notice else "")
    session_hash = session_hash_of(request)
    if session_hash == notice.dead_token_hash:
        request[TOKEN_IS_TAKEN_AWAY] = True
        page = _form(request, "")
        portal.sessions.end(page)
        return page
    if portal.sessions.remembered(session_hash) is None:
        return _form(request, "")
    response = see_other(wanted_page(request) or "/menu")
    portal.cookies.drop(response, NOTICE)
    return response


async def log_in(request: web.Request) -> web.StreamResponse:
    """POST /login. One sentence for every failure (L2), save for an account that waits for its 本登録
    (Q18). Without a password identity is asked all the same, so that it takes as long (X15).
    """
    typed = await read_form(request)
    account_id = typed.get("account_id", "")
    password = typed.get("password", "")
    token = new_token()
    identity = portal_of(request).backend.identity
    credentials = identity.seal_credentials(token_hash(token), account_id=account_id, password=password)
    device, empty = known_device_of(request), problems_of_empty(typed, "account_id", "password")
    if not account_id:
        return _form(request, account_id, status=422, problems=empty)
    try:
        shown = await ask_to_log_in(request, token, credentials, device)
    except Refusal as refusal:
        if refusal.code != RefusalCode.WRONG_CREDENTIALS:
            return _refused(request, refusal, token, account_id)
        if empty:
            return _form(request, account_id, status=422, problems=empty)
        known = await _known_to_registration(request, token, credentials, (account_id, password))
        return known or _refused(request, refusal, token, account_id)
    return await arrive(request, token, device, shown, at=wanted_page(request) or "/menu")


def _refused(request: web.Request, refusal: Refusal, token: str, account_id: str) -> web.Response:
    if refusal.code == FactorCode.SECOND_FACTOR_ASKED:
        return ask_for_code(request, token, account_id)
    problems = problem_of(request, refusal)
    return tell_to_wait(_form(request, account_id, status=status_of(refusal), problems=problems), refusal)


async def _known_to_registration(
    request: web.Request, token: str, credentials: Sealed[Credentials], typed: tuple[str, str]
) -> web.Response | None:
    """What is said of an ID and a password that are right, although identity does not know them (Q18). While
    registration cannot say, nobody is told that they are wrong; nor where identity may have opened the
    account just after it had looked for it.
    """
    try:
        waiting, checked = await waiting_login(request, token, credentials, typed)
        if checked is not None and checked.opened_lately:
            return await _once_more(request, token, credentials, typed[0])
    except ServiceTrouble:
        return _form(request, typed[0], status=503, problems=(Problem(said(CANNOT_SAY)),))
    if waiting is not None and checked is not None and checked.being_prepared:
        return prepare(request, waiting)
    if checked is not None and checked.right:
        return _form(request, typed[0], status=422, problems=(Problem(said(PROVISIONAL_LOGIN)),))
    return None


async def _once_more(
    request: web.Request, token: str, credentials: Sealed[Credentials], account_id: str
) -> web.Response:
    device = known_device_of(request)
    try:
        shown = await ask_to_log_in(request, token, credentials, device, asked_before=True)
    except Refusal as refusal:
        return _refused(request, refusal, token, account_id)
    return await arrive(request, token, device, shown, at=wanted_page(request) or "/menu")


async def log_in_with_proof(request: web.Request) -> web.StreamResponse:
    """POST /login/continue, [そのままログイン]: once, in the browser that activated, within 10 minutes
    (T22).
    """
    portal = portal_of(request)
    held = portal.cookies.read(request.cookies, HELD_TICKET)
    if held is None:
        return see_other_saying(request, "/login", "login-proof-spent")
    device = known_device_of(request)
    try:
        shown = await portal.backend.identity.log_in_with_proof(
            token_hash(held.session_token),
            login_proof=held.login_proof,
            ticket=held.ticket,
            client_network=client_network_of(request),
            device=device_of(request),
            device_token_hash=device.token_hash,
        )
    except Refusal as refusal:
        if refusal.code == RefusalCode.ACCOUNT_NOT_READY:
            return see_other("/login/preparing")
        if refusal.code != RefusalCode.LOGIN_PROOF_SPENT:
            raise
        response = see_other_saying(request, "/login", "login-proof-spent", account_id=held.account_id)
        portal.cookies.drop(response, HELD_TICKET)
        return response
    return await arrive(request, held.session_token, device, shown)


async def log_out(request: web.Request) -> web.StreamResponse:
    """POST /logout. The browser forgets its token, and what was typed in it, even when identity cannot be
    told; the session then ends by itself.
    """
    sessions = portal_of(request).sessions
    session_hash = sessions.hash_in(request.cookies)
    if session_hash:
        sessions.forget(session_hash)
        with suppress(Refusal, ServiceTrouble):
            await portal_of(request).backend.identity.log_out(session_hash)
    response = see_other("/login")
    portal_of(request).forget_visitor(request, response)
    portal_of(request).cookies.drop(response, TYPED_BEFORE)
    say_there(request, response, "logged-out")
    sessions.end(response)
    # Without "cache", for which browsers let the customer wait: no page of a customer's is stored (no-store).
    response.headers["Clear-Site-Data"] = '"storage"'
    return response
