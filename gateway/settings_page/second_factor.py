"""2段階認証: whether it is on, how it is begun, and how it is turned off."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login, behind_password
from gateway.devices import device_of
from gateway.forms import InvalidForm, Problem, require_filled
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import problem_of, see_other, see_other_saying, show, status_of, tell_to_wait
from gateway.settings_page.password_and_code import FIELD_OF, password_and_code
from gateway.step_up import StepUp, step_up
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import SessionShown
from messages.second_factor import RefusalCode

_OF_PASSWORDS = (SettingsCode.WRONG_PASSWORD, SettingsCode.TOO_MANY_PASSWORDS)


async def _state(
    request: web.Request, session: SessionShown, *, status: int = 200, problems: tuple[Problem, ...] = ()
) -> web.Response:
    portal = portal_of(request)
    shown = await portal.backend.second_factor.show(session_hash_of(request))
    return show(
        request,
        "settings_page/second_factor.html",
        status=status,
        problems=problems,
        session=session,
        on_since=shown.on_since,
        codes_left=shown.recovery_codes_left,
    )


@behind_login
async def show_state(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/second-factor: on, with what may be done then; or off, with the way to turn it on."""
    return await _state(request, session)


@behind_password
async def begin(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/second-factor, [設定を始める], with the password. Pressed again, the same setup."""
    typed = await read_form(request)
    press = step_up(request, typed)
    try:
        require_filled(typed, "password")
        await portal_of(request).backend.second_factor.begin_setup(press, password=typed["password"])
    except InvalidForm as invalid:
        return await _state(request, session, status=422, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code == RefusalCode.SECOND_FACTOR_IS_ON:
            return see_other_saying(request, "/settings/second-factor", "second-factor-is-on")
        if refusal.code not in _OF_PASSWORDS:
            raise
        problems = problem_of(request, refusal, "password")
        page = await _state(request, session, status=status_of(refusal), problems=problems)
        return tell_to_wait(page, refusal)
    response = see_other("/settings/second-factor/setup")
    press.end(request, response, renewed=True)
    return response


def _off_page(
    request: web.Request, session: SessionShown, *, status: int = 200, problems: tuple[Problem, ...] = ()
) -> web.Response:
    template = "settings_page/second_factor_off.html"
    return show(request, template, status=status, problems=problems, session=session)


@behind_login
async def off_form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/second-factor/off."""
    return _off_page(request, session)


@behind_password
async def turn_off(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/second-factor/off, [解除する], with password and code. Pressed twice, it is off."""
    typed = await read_form(request)
    press = step_up(request, typed)
    try:
        renewed = await _turn_off(request, typed, press)
    except InvalidForm as invalid:
        return _off_page(request, session, status=422, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code not in FIELD_OF:
            raise
        problems = problem_of(request, refusal, FIELD_OF[refusal.code])
        page = _off_page(request, session, status=status_of(refusal), problems=problems)
        return tell_to_wait(page, refusal)
    response = see_other_saying(request, "/settings/second-factor", "second-factor-off")
    press.end(request, response, renewed=renewed)
    return response


async def _turn_off(request: web.Request, typed: Mapping[str, str], press: StepUp) -> bool:
    """Whether it was on until now, and the session has its next token."""
    proof = password_and_code(typed)
    try:
        await portal_of(request).backend.second_factor.remove(
            press,
            proof,
            client_network=client_network_of(request),
            device=device_of(request),
        )
    except Refusal as refusal:
        if refusal.code != RefusalCode.SECOND_FACTOR_IS_OFF:
            raise
        return False
    return True
