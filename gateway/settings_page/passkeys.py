"""パスキー: which ones a customer has, how he removes one, and what is asked before another."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import token_hash
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login, behind_password
from gateway.devices import device_of
from gateway.forms import InvalidForm, Problem, require_filled
from gateway.passkeys import challenge_of, origin_of, works_at_localhost
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import problem_of, see_other, see_other_saying, show, status_of, tell_to_wait
from gateway.settings_page.cookies import PASSKEY_OFFER, PasskeyOffer
from gateway.settings_page.password_and_code import FIELD_OF, password_and_code
from gateway.step_up import step_up
from messages.identity import SessionShown
from messages.passkeys import RefusalCode
from messages.second_factor import RefusalCode as FactorCode
from messages.values import SecondFactorCode

_FIELD_OF: Mapping[str, str | None] = {
    **FIELD_OF,
    FactorCode.SECOND_FACTOR_ASKED: "code",  # turned on since the form was shown
    RefusalCode.TOO_MANY_PASSKEYS: None,
}


async def _page(
    request: web.Request, session: SessionShown, *, status: int = 200, problems: tuple[Problem, ...] = ()
) -> web.Response:
    own = await portal_of(request).backend.passkeys.show(session_hash_of(request))
    return show(
        request,
        "settings_page/passkeys.html",
        status=status,
        problems=problems,
        session=session,
        own=own,
        works_here=origin_of(request) is not None,
        works_at_localhost=works_at_localhost(request),
    )


@behind_login
async def passkeys(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/passkeys."""
    return await _page(request, session)


@behind_password
async def offer(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/passkeys, [パスキーを登録する]: the password is right, and the code where one is asked
    for; the next page asks the browser.
    """
    typed = await read_form(request)
    press = step_up(request, typed)
    challenge = challenge_of(press)
    try:
        password, code = _proof(typed)
        renewed = await portal_of(request).backend.passkeys.offer(
            press.session_token_hash,
            next_token_hash=press.next_token_hash,
            challenge_hash=token_hash(challenge),
            password=password,
            code=code,
            client_network=client_network_of(request),
            device=device_of(request),
        )
    except InvalidForm as invalid:
        return await _page(request, session, status=422, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code not in _FIELD_OF:
            raise
        problems = problem_of(request, refusal, _FIELD_OF[refusal.code])
        page = await _page(request, session, status=status_of(refusal), problems=problems)
        return tell_to_wait(page, refusal)
    response = see_other("/settings/passkeys/new")
    press.end(request, response, renewed=renewed)
    portal_of(request).cookies.keep(response, PASSKEY_OFFER, PasskeyOffer(challenge=challenge))
    return response


def _proof(typed: Mapping[str, str]) -> tuple[str, SecondFactorCode | None]:
    """Password and code as they were typed; no code where the form had no field for it. Raises InvalidForm
    with everything that is wrong.
    """
    if "code" in typed:
        both = password_and_code(typed)
        return both.password, both.code
    require_filled(typed, "password")
    return typed["password"], None


@behind_login
async def remove(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/passkeys/remove, [削除する]. Pressed twice, or in two tabs, it says the same."""
    typed = await read_form(request)
    try:
        passkey_key = UUID(typed.get("passkey", ""))
    except ValueError:
        return see_other("/settings/passkeys")
    await portal_of(request).backend.passkeys.remove(
        session_hash_of(request), passkey_key, client_network=client_network_of(request)
    )
    return see_other_saying(request, "/settings/passkeys", "passkey-removed")
