"""ログイン中の端末."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from aiohttp import web

from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import see_other_saying, show
from messages.identity import SessionShown


@behind_login
async def own_sessions(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/sessions: where the customer is logged in, this device first."""
    portal = portal_of(request)
    shown = await portal.backend.identity.show_own_sessions(session_hash_of(request))
    return show(request, "settings_page/sessions.html", session=session, sessions=shown.sessions)


@behind_login
async def end_one(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/sessions, [この端末をログアウトする]. What can be no key is nobody's, as that of a
    session which is gone.
    """
    typed = await read_form(request)
    portal = portal_of(request)
    with suppress(ValueError):
        await portal.backend.identity.end_own_session(
            session_hash_of(request),
            UUID(typed.get("session", "")),
            client_network=client_network_of(request),
        )
    return see_other_saying(request, "/settings/sessions", "device-logged-out")


@behind_login
async def end_others(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/sessions/others, [ほかのすべての端末をログアウトする]."""
    portal = portal_of(request)
    await portal.backend.identity.end_other_sessions(
        session_hash_of(request), client_network=client_network_of(request)
    )
    return see_other_saying(request, "/settings/sessions", "other-devices-logged-out")
