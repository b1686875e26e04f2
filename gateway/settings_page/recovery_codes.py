"""回復コード: shown once, and made anew."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login
from gateway.devices import device_of
from gateway.forms import InvalidForm, Problem, form_key_of
from gateway.portal import client_network_of, portal_of
from gateway.responses import problem_of, see_other, see_other_saying, show, status_of, tell_to_wait
from gateway.settings_page.cookies import NEW_RECOVERY_CODES, NewRecoveryCodes
from gateway.settings_page.password_and_code import FIELD_OF, password_and_code
from messages.identity import SessionShown
from messages.second_factor import RefusalCode


@behind_login
async def show_once(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/second-factor/codes: once, to be printed or written down."""
    cookies = portal_of(request).cookies
    made = cookies.read(request.cookies, NEW_RECOVERY_CODES)
    if made is None:
        return see_other_saying(request, "/settings/second-factor", "recovery-codes-shown")
    page = show(
        request,
        "settings_page/recovery_codes.html",
        session=session,
        codes=[code.in_groups for code in made.codes],
    )
    cookies.drop(page, NEW_RECOVERY_CODES)
    return page


def _page(
    request: web.Request, session: SessionShown, *, status: int = 200, problems: tuple[Problem, ...] = ()
) -> web.Response:
    template = "settings_page/new_recovery_codes.html"
    return show(request, template, status=status, problems=problems, session=session, form_key=new_key())


@behind_login
async def form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/second-factor/new-codes."""
    return _page(request, session)


@behind_login
async def remake(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/second-factor/new-codes, [回復コードを作り直す], with password and code."""
    typed = await read_form(request)
    portal = portal_of(request)
    try:
        codes = await portal.backend.second_factor.remake_recovery_codes(
            portal.sessions.hash_in(request.cookies) or "",
            form_key_of(typed),
            password_and_code(typed),
            client_network=client_network_of(request),
            device=device_of(request),
        )
    except InvalidForm as invalid:
        return _page(request, session, status=422, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code == RefusalCode.SECOND_FACTOR_IS_OFF:
            return see_other("/settings/second-factor")
        if refusal.code not in FIELD_OF:
            raise
        problems = problem_of(request, refusal, FIELD_OF[refusal.code])
        page = _page(request, session, status=status_of(refusal), problems=problems)
        return tell_to_wait(page, refusal)
    response = see_other("/settings/second-factor/codes")
    portal.cookies.keep(response, NEW_RECOVERY_CODES, NewRecoveryCodes(codes=tuple(codes)))
    return response
