"""お客様メニューリスト."""

from __future__ import annotations

from aiohttp import web

from gateway.behind_login import behind_login
from gateway.responses import show
from messages.identity import SessionShown


@behind_login
async def menu(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /menu (T23)."""
    return show(request, "menu/menu.html", session=session)
