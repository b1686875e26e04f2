"""マイページの使い方."""

from __future__ import annotations

from aiohttp import web

from gateway.language import said
from gateway.portal import portal_of
from gateway.responses import show_alike
from gateway.texts.fields import PASSWORD_HINTS


async def guide(request: web.Request) -> web.StreamResponse:
    """GET /guide (T1)."""
    hint = said(PASSWORD_HINTS[portal_of(request).settings.password_policy])
    return show_alike(request, "guide/guide.html", password_hint=hint)
