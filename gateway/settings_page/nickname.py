"""ニックネームの変更."""

from __future__ import annotations

from aiohttp import web

from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login
from gateway.forms import FieldReader, Problem
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import see_other_saying, show
from messages.identity import SessionShown
from messages.values import Nickname


def _page(
    request: web.Request,
    session: SessionShown,
    nickname: str,
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
) -> web.Response:
    return show(
        request,
        "settings_page/nickname.html",
        status=status,
        problems=problems,
        session=session,
        typed={"nickname": nickname},
    )


@behind_login
async def form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/nickname, with the present one in the field."""
    return _page(request, session, session.nickname)


@behind_login
async def change(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/nickname, [変更する]. Pressed twice it changes the same."""
    typed = await read_form(request)
    reader = FieldReader(typed)
    nickname = reader.read("nickname", Nickname.parse)
    if nickname is None:
        problems = reader.invalid().problems
        return _page(request, session, typed.get("nickname", ""), status=422, problems=problems)
    portal = portal_of(request)
    session_hash = session_hash_of(request)
    await portal.backend.own_account.change_nickname(
        session_hash, nickname, client_network=client_network_of(request)
    )
    portal.sessions.forget(session_hash)
    return see_other_saying(request, "/settings", "nickname-changed")
