"""The page on which a browser makes a passkey."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login
from gateway.devices import device_of
from gateway.forms import FieldReader, Problem
from gateway.passkeys import options_to_make, origin_of
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import problem_of, see_other_saying, show, status_of
from gateway.settings_page.cookies import PASSKEY_OFFER
from messages.identity import SessionShown
from messages.passkeys import RefusalCode
from messages.values import PasskeyName

_OF_THIS_TRY = (RefusalCode.PASSKEY_NOT_MADE, RefusalCode.PASSKEY_KNOWN)
_OVER = {
    RefusalCode.PASSKEY_OFFER_ENDED: "passkey-offer-ended",
    RefusalCode.TOO_MANY_PASSKEYS: "too-many-passkeys",
}


async def _page(
    request: web.Request,
    session: SessionShown,
    challenge: str,
    name: str,
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
) -> web.Response:
    backend, session_hash = portal_of(request).backend, session_hash_of(request)
    own, account = await backend.passkeys.show(session_hash), await backend.own_account.show(session_hash)
    return show(
        request,
        "settings_page/new_passkey.html",
        status=status,
        problems=problems,
        session=session,
        options=options_to_make(request, challenge, own, account_id=account.account_id),
        typed={"passkey_name": name},
    )


@behind_login
async def form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/passkeys/new. Without the password before it, or ten minutes later, back to it."""
    offer = portal_of(request).cookies.read(request.cookies, PASSKEY_OFFER)
    if offer is None or origin_of(request) is None:
        return see_other_saying(request, "/settings/passkeys", "passkey-offer-ended")
    return await _page(request, session, offer.challenge, _usual_name(request))


@behind_login
async def add(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/passkeys/new, [パスキーを作成する], after the browser has made one."""
    typed = await read_form(request)
    portal, origin = portal_of(request), origin_of(request)
    offer = portal.cookies.read(request.cookies, PASSKEY_OFFER)
    if offer is None or origin is None:
        return see_other_saying(request, "/settings/passkeys", "passkey-offer-ended")
    reader = FieldReader(typed)
    name = reader.read("passkey_name", PasskeyName.parse)
    if name is None:
        problems, asked = reader.invalid().problems, typed.get("passkey_name", "")
        return await _page(request, session, offer.challenge, asked, status=422, problems=problems)
    try:
        await portal.backend.passkeys.add(
            session_hash_of(request),
            challenge=offer.challenge,
            credential=typed.get("credential", ""),
            name=name,
            origin=origin,
            client_network=client_network_of(request),
            device=device_of(request),
        )
    except Refusal as refusal:
        return await _refused(request, session, refusal, offer.challenge, name)
    response = see_other_saying(request, "/settings/passkeys", "passkey-added")
    portal.cookies.drop(response, PASSKEY_OFFER)
    return response


async def _refused(
    request: web.Request, session: SessionShown, refusal: Refusal, challenge: str, name: str
) -> web.Response:
    """On the same page where another press may help; else back to the password. Raises any other refusal."""
    over = next((notice for code, notice in _OVER.items() if code == refusal.code), None)
    if over is not None:
        response = see_other_saying(request, "/settings/passkeys", over)
        portal_of(request).cookies.drop(response, PASSKEY_OFFER)
        return response
    if refusal.code not in _OF_THIS_TRY:
        raise refusal
    problems = problem_of(request, refusal)
    return await _page(request, session, challenge, name, status=status_of(refusal), problems=problems)


def _usual_name(request: web.Request) -> str:
    """The device in words: most customers need no other name."""
    return device_of(request).in_words
