"""Forms are taken only from pages that this very browser was shown; what was typed into others comes back
(X31, ADR 0067).
"""

from __future__ import annotations

from collections.abc import Collection

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from chassis.process.logger import Logger
from chassis.web.body_coding import BODY
from chassis.web.form_reading import read_form
from gateway.error_pages import error_page
from gateway.language import said
from gateway.notices import NOTICE
from gateway.portal import portal_of
from gateway.pre_session import REFUSED_FORM, is_own_form
from gateway.responses import say_there
from gateway.same_page import page_above
from gateway.texts.errors import FORM_OF_ANOTHER_SESSION

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_log = Logger()


def guard_forms(*, open_to_all: Collection[str] = ()) -> Middleware:
    """The middleware that stands before every page: a request that may write is passed on only with the form
    token of its browser, whatever its route. `open_to_all` as for the origin guard.

    Else nothing is done. The page of the form comes back with status 403, a sentence and what was typed, but
    no password; a script is told by JSON.
    """

    @web.middleware
    async def own_forms_alone(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        if request.method in _SAFE_METHODS or resource is None or resource.canonical in open_to_all:
            return await handler(request)
        sent = await read_form(request) if request[BODY] else {}
        if is_own_form(request, sent):
            return await handler(request)
        _log.info("form.refused", route=resource.canonical)
        request[REFUSED_FORM] = sent
        return await _refused(request)

    return own_forms_alone


async def _refused(request: web.Request) -> web.StreamResponse:
    above = None if request.path.startswith("/api/") else page_above(request)
    if above is None:
        return error_page(request, 403, text=said(FORM_OF_ANOTHER_SESSION))
    page = await above.handler(request)
    notice = portal_of(request).cookies.name(NOTICE)
    if isinstance(page, web.Response) and page.status == 303 and notice not in page.cookies:
        say_there(request, page, "form-of-another-session")
    return page
