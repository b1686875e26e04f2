"""Pages for what went wrong: HTML for people, JSON for fetch. They need no service (E1, E2)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from chassis.messaging.refusal import Refusal
from gateway import texts
from gateway.responses import show, status_of, tell_to_wait

RETRY_AFTER_SECONDS = 30


def error_page(
    request: web.Request, status: int, *, request_id: str = "", text: str | None = None
) -> web.Response:
    """The page of a status. 500 and 503 name the `request_id` that the log has, too."""
    heading, usual_text = texts.ERRORS.get(status, texts.ERRORS[500 if status >= 500 else 400])
    if request.path.startswith("/api/"):
        response = web.json_response(
            {"text": text or usual_text, "reference": request_id or None}, status=status
        )
    else:
        reference = request_id if status >= 500 else ""
        values: dict[str, Any] = {
            "heading": heading,
            "text": text or usual_text,
            "reference": reference,
            "retry": _retry(request),
        }
        response = show(request, "error.html", status=status, **values)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def refusal_page(request: web.Request, refusal: Refusal) -> web.Response:
    """A refusal that no page treats by itself."""
    text = texts.refusal_text(refusal.code, refusal.retry_after_seconds)
    return tell_to_wait(error_page(request, status_of(refusal), text=text), refusal)


def _retry(request: web.Request) -> str | None:
    """The page to open again: only fixed paths, as the others carry a token or a typed text."""
    resource = request.match_info.route.resource
    return (
        resource.canonical
        if resource and "{" not in resource.canonical and resource.canonical != "/logout"
        else None
    )
