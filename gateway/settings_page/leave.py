"""退会."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login
from gateway.forms import InvalidForm, Problem, require_filled
from gateway.language import said
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import problem_of, see_other, show, status_of, tell_to_wait
from gateway.texts.settings_page import LEAVING_NOT_CONFIRMED
from messages.account_settings import RefusalCode
from messages.identity import SessionShown


def _page(
    request: web.Request,
    session: SessionShown,
    *,
    status: int = 200,
    confirmed: bool = False,
    problems: tuple[Problem, ...] = (),
) -> web.Response:
    return show(
        request,
        "settings_page/leave.html",
        status=status,
        problems=problems,
        session=session,
        confirmed=confirmed,
    )


def _require_both(typed: Mapping[str, str]) -> None:
    """Raises InvalidForm unless the tick and a password are there."""
    problems: tuple[Problem, ...] = ()
    if "confirmed" not in typed:
        problems += (Problem(said(LEAVING_NOT_CONFIRMED), "confirmed"),)
    try:
        require_filled(typed, "password")
    except InvalidForm as empty:
        problems += empty.problems
    if problems:
        raise InvalidForm(problems)


@behind_login
async def form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/leave: what it means, before anything is asked."""
    return _page(request, session)


@behind_login
async def leave(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/leave, [退会する]: confirmed by a tick and the password."""
    typed = await read_form(request)
    portal = portal_of(request)
    session_hash = session_hash_of(request)
    confirmed = "confirmed" in typed
    try:
        _require_both(typed)
        await portal.backend.own_account.leave(
            session_hash, password=typed["password"], client_network=client_network_of(request)
        )
    except InvalidForm as invalid:
        return _page(request, session, status=422, confirmed=confirmed, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code not in (RefusalCode.WRONG_PASSWORD, RefusalCode.TOO_MANY_PASSWORDS):
            raise
        page = _page(
            request,
            session,
            status=status_of(refusal),
            confirmed=confirmed,
            problems=problem_of(request, refusal, "password"),
        )
        return tell_to_wait(page, refusal)
    portal.sessions.forget(session_hash)
    response = see_other("/left")
    portal.forget_visitor(request, response)
    portal.sessions.end(response)
    return response


async def left(request: web.Request) -> web.StreamResponse:
    """GET /left."""
    return show(request, "settings_page/left.html")
