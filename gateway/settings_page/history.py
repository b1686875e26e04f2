"""ログイン履歴."""

from __future__ import annotations

from aiohttp import web

from gateway.behind_login import behind_login
from gateway.language import said
from gateway.portal import portal_of, session_hash_of
from gateway.responses import show
from gateway.texts.settings_page import HISTORY_WORDS
from messages.identity import SessionShown


@behind_login
async def history(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/history: what was done with the account within 90 days, newest first."""
    portal = portal_of(request)
    shown = await portal.backend.identity.show_login_history(session_hash_of(request))
    lines = [(line.happened_at, said(HISTORY_WORDS[line.kind]), line.device) for line in shown.lines]
    return show(request, "settings_page/history.html", session=session, lines=lines)
