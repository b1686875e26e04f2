"""準備しています: ID and password are right, and identity has not opened the account yet."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from chassis.security.sealing import Sealed
from chassis.security.tokens import new_key, token_hash
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.activation.cookies import HELD_TICKET
from gateway.devices import device_of
from gateway.known_device import KnownDevice, known_device_of
from gateway.login.arrival import arrive
from gateway.portal import client_network_of, portal_of
from gateway.responses import see_other, see_other_saying, show
from gateway.wanted_page import wanted_page
from messages.identity import Credentials, SessionShown
from messages.registration import ProvisionalPasswordChecked, TypedPassword
from messages.values import AccountId, InvalidValue


class WaitingLogin(CookieContent):
    """A log-in that goes on by itself, with the password sealed for those who will judge it."""

    token: str
    credentials: Sealed[Credentials]
    account_id: AccountId
    nonce: UUID
    password: Sealed[TypedPassword]


WAITING_LOGIN = Purpose("waiting-login", WaitingLogin, 2 * 60)


async def waiting_login(
    request: web.Request, token: str, credentials: Sealed[Credentials], typed: tuple[str, str]
) -> tuple[WaitingLogin | None, ProvisionalPasswordChecked | None]:
    """What registration knows of an ID and a password that identity does not know: None if the ID cannot
    be one, or registration has nothing to say of it. Raises ServiceTrouble where it cannot say.
    """
    registration = portal_of(request).backend.registration
    try:
        account_id = AccountId.parse(typed[0])
    except InvalidValue:
        return None, None
    nonce = new_key()
    sealed = registration.seal_typed_password(typed[1], nonce)
    waiting = WaitingLogin(
        token=token, credentials=credentials, account_id=account_id, nonce=nonce, password=sealed
    )
    return waiting, await _checked(request, waiting)


async def _checked(request: web.Request, waiting: WaitingLogin) -> ProvisionalPasswordChecked | None:
    registration = portal_of(request).backend.registration
    try:
        return await registration.check_provisional_password(
            waiting.account_id, waiting.password, waiting.nonce
        )
    except Refusal:
        return None


async def ask_to_log_in(
    request: web.Request,
    token: str,
    credentials: Sealed[Credentials],
    device: KnownDevice,
    *,
    asked_before: bool = False,
) -> SessionShown:
    """The session. Raises Refusal and ServiceTrouble."""
    return await portal_of(request).backend.identity.log_in(
        token_hash(token),
        credentials,
        client_network=client_network_of(request),
        device=device_of(request),
        device_token_hash=device.token_hash,
        device_marks=device.marks,
        asked_before=asked_before,
    )


def prepare(request: web.Request, waiting: WaitingLogin) -> web.Response:
    """To the page that waits; the browser keeps what it needs to go on."""
    response = see_other("/login/preparing")
    portal_of(request).cookies.keep(response, WAITING_LOGIN, waiting)
    return response


async def preparing(request: web.Request) -> web.StreamResponse:
    """GET /login/preparing: the page tries again by itself, with the ticket or with what was typed."""
    cookies = portal_of(request).cookies
    if cookies.read(request.cookies, WAITING_LOGIN) is not None:
        return show(request, "login/preparing.html", action="/login/again")
    if cookies.read(request.cookies, HELD_TICKET) is not None:
        return show(request, "login/preparing.html", action="/login/continue")
    return see_other("/login")


async def again(request: web.Request) -> web.StreamResponse:
    """POST /login/again. Identity is asked only once registration knows that it has the account: each
    question before that would count as a wrong password. While one of them is away, the page goes on waiting.
    """
    portal = portal_of(request)
    waiting = portal.cookies.read(request.cookies, WAITING_LOGIN)
    if waiting is None and portal.sessions.hash_in(request.cookies):  # came in through another tab
        return see_other("/menu")
    if waiting is None:
        return see_other_saying(request, "/login", "preparing-takes-long")
    device = known_device_of(request)
    try:
        checked = await _checked(request, waiting)
        if checked is not None and checked.being_prepared:
            return see_other("/login/preparing")
        shown = await ask_to_log_in(request, waiting.token, waiting.credentials, device)
    except ServiceTrouble:
        return see_other("/login/preparing")
    except Refusal:
        response = see_other_saying(request, "/login", "log-in-again", account_id=waiting.account_id)
        portal.cookies.drop(response, WAITING_LOGIN)
        return response
    return arrive(request, waiting.token, device, shown, at=wanted_page(request) or "/menu")
