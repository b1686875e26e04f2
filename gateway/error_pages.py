"""Pages for what went wrong: HTML for people, JSON for fetch. They need no service (E1, E2)."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.access_log import REQUEST_ID
from chassis.web.guarded_server import REFUSED
from gateway.language import said
from gateway.responses import RETRY_AFTER_SECONDS, sentence_of, show, status_of, tell_to_wait
from gateway.same_page import fixed_page_of
from gateway.texts.errors import ERRORS


def error_page(request: web.Request, status: int, *, text: str | None = None) -> web.Response:
    """The page of a status. Faults, and what the server could not read, name the request id that the
    log has, too."""
    heading, usual_text = ERRORS.get(status, ERRORS[500 if status >= 500 else 400])
    sentence = text or said(usual_text)
    reference = request[REQUEST_ID] if status >= 500 or REFUSED in request else None
    if request.path.startswith("/api/"):
        wait = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else None
        return web.json_response({"text": sentence, "reference": reference}, status=status, headers=wait)
    return show(
        request,
        "error.html",
        status=status,
        heading=said(heading),
        text=sentence,
        reference=reference,
        retry=fixed_page_of(request),
    )


def refusal_page(request: web.Request, refusal: Refusal) -> web.Response:
    """A refusal that no page treats by itself."""
    page = error_page(request, status_of(refusal), text=sentence_of(request, refusal))
    return tell_to_wait(page, refusal)
