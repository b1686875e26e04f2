"""2段階認証の設定: the QR code, and the first code that turns it on."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login, behind_password
from gateway.devices import device_of
from gateway.forms import FieldReader, Problem, form_key_of
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import problem_of, see_other, see_other_saying, show
from gateway.settings_page.cookies import NEW_RECOVERY_CODES, NewRecoveryCodes
from gateway.settings_page.qr_picture import address_for_application, qr_picture
from gateway.step_up import step_up
from messages.identity import SessionShown
from messages.second_factor import RefusalCode
from messages.values import SecondFactorCode

_ELSEWHERE = {
    RefusalCode.SECOND_FACTOR_SETUP_OVER: "second-factor-setup-over",
    RefusalCode.SECOND_FACTOR_IS_ON: "second-factor-is-on",
}


async def _page(
    request: web.Request, session: SessionShown, *, status: int = 200, problems: tuple[Problem, ...] = ()
) -> web.Response:
    """Raises Refusal (SECOND_FACTOR_SETUP_OVER)."""
    portal = portal_of(request)
    session_hash = session_hash_of(request)
    secret = await portal.backend.second_factor.show_setup(session_hash)
    account = await portal.backend.own_account.show(session_hash)
    issuer = portal.settings.company.service_name
    address = address_for_application(secret, issuer=issuer, account_id=account.account_id)
    return show(
        request,
        "settings_page/second_factor_setup.html",
        status=status,
        problems=problems,
        session=session,
        picture=qr_picture(address),
        secret_in_groups=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        form_key=new_key(),
    )


@behind_login
async def form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/second-factor/setup: for ten minutes, in the session that began it."""
    try:
        return await _page(request, session)
    except Refusal as refusal:
        return _elsewhere(request, refusal)


@behind_password
async def add(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/second-factor/setup, [有効にする]. Pressed twice, the same recovery codes."""
    typed = await read_form(request)
    reader = FieldReader(typed)
    code = reader.read("code", SecondFactorCode.parse)
    portal, press = portal_of(request), step_up(request, typed)
    try:
        if code is None:
            return await _page(request, session, status=422, problems=reader.invalid().problems)
        codes = await portal.backend.second_factor.add(
            press,
            form_key_of(typed),
            code,
            client_network=client_network_of(request),
            device=device_of(request),
        )
    except Refusal as refusal:
        if refusal.code != RefusalCode.WRONG_CODE:
            return _elsewhere(request, refusal)
        return await _page(request, session, status=422, problems=problem_of(request, refusal, "code"))
    response = see_other("/settings/second-factor/codes")
    press.end(request, response, renewed=True)
    portal.cookies.keep(response, NEW_RECOVERY_CODES, NewRecoveryCodes(codes=tuple(codes)))
    return response


def _elsewhere(request: web.Request, refusal: Refusal) -> web.Response:
    """Back to 2段階認証, which says why. Raises any other refusal."""
    notice = next((text for code, text in _ELSEWHERE.items() if code == refusal.code), None)
    if notice is None:
        raise refusal
    return see_other_saying(request, "/settings/second-factor", notice)
