"""The language that a customer has chosen, in a cookie. Whoever has chosen none is shown Japanese, whatever
his browser would prefer.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.language import Language, speaking
from gateway.portal import portal_of
from gateway.settings import Settings

_A_YEAR = 365 * 24 * 60 * 60  # seconds


def language_cookie_name(settings: Settings) -> str:
    """As the browser knows it."""
    return "__Host-language" if settings.is_https else "language"


def keep_language(request: web.Request, response: web.StreamResponse, language: Language) -> None:
    """From now on this browser is shown that language. Japanese, the usual one, leaves nothing behind."""
    settings = portal_of(request).settings
    name, is_https = language_cookie_name(settings), settings.is_https
    if language is Language.JAPANESE:
        response.del_cookie(name, path="/", secure=is_https, httponly=True, samesite="Lax")
        return
    response.set_cookie(
        name, language, max_age=_A_YEAR, path="/", secure=is_https, httponly=True, samesite="Lax"
    )


@web.middleware
async def speak_as_chosen(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Round everything that makes a page, so that pages for what went wrong are in that language, too."""
    chosen = request.cookies.get(language_cookie_name(portal_of(request).settings))
    with speaking(Language.ENGLISH if chosen == Language.ENGLISH else Language.JAPANESE):
        return await handler(request)
