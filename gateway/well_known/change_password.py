"""Where password managers send their users who want another password (W3C, A Well-Known URL for Changing
Passwords).
"""

from __future__ import annotations

from aiohttp import web


async def change_password(request: web.Request) -> web.StreamResponse:
    """GET /.well-known/change-password (E3): to 設定, which asks for the log-in first."""
    return web.Response(status=302, headers={"Location": "/settings"})
