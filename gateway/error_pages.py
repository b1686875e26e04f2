"""Pages for what went wrong: HTML for people, JSON for fetch. They need no service (E1, E2)."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.access_log import REQUEST_ID
from chassis.web.guarded_server import REFUSED
from gateway.responses import RETRY_AFTER_SECONDS, sentence_of, show, status_of, tell_to_wait
from gateway.texts.errors import ERRORS

PAGE_OF_BUTTON = {
    "/login/continue": "/login/preparing",
    "/login/again": "/login/preparing",
    "/register/correct": "/register/done",
}
"""Buttons that stand on another page than the one above them."""


def error_page(request: web.Request, status: int, *, text: str | None = None) -> web.Response:
    """The page of a status. Faults, and what the server could not read, name the request id that the
    log has, too."""
    heading, usual_text = ERRORS.get(status, ERRORS[500 if status >= 500 else 400])
    said = text or usual_text
    reference = request[REQUEST_ID] if status >= 500 or REFUSED in request else None
    if request.path.startswith("/api/"):
        wait = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else None
        return web.json_response({"text": said, "reference": reference}, status=status, headers=wait)
    return show(
        request,
        "error.html",
        status=status,
        heading=heading,
        text=said,
        reference=reference,
        retry=_retry(request),
    )


def refusal_page(request: web.Request, refusal: Refusal) -> web.Response:
    """A refusal that no page treats by itself."""
    page = error_page(request, status_of(refusal), text=sentence_of(request, refusal))
    return tell_to_wait(page, refusal)


def _retry(request: web.Request) -> str | None:
    """The page to open again: none where the address carries a token or a typed text."""
    resource = request.match_info.route.resource
    if resource is None or "{" in resource.canonical:
        return None
    page = page_above(request)
    return page.resource.canonical if page and page.resource else None


def page_above(request: web.Request) -> web.AbstractRoute | None:
    """The page that the request's form or button stands on: its own path or the next one above it, unless
    PAGE_OF_BUTTON knows better. Only fixed paths that a link can open.
    """
    resource = request.match_info.route.resource
    if resource is None:
        return None
    opened = {
        each.canonical: route
        for each in request.app.router.resources()
        for route in each
        if route.method == "GET" and "{" not in each.canonical
    }
    page = PAGE_OF_BUTTON.get(resource.canonical, resource.canonical)
    while page not in opened and page != "/":
        page = page.rpartition("/")[0] or "/"
    return opened.get(page)
