"""What every page works with, and the few ways in which a page answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from chassis.messaging.refusal import Refusal
from gateway import texts, throttle, wizard
from gateway.backend import Backend
from gateway.forms import Problem, UnreadableForm, read_fields
from gateway.rendering import Renderer, StaticFile
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.wizard import CookieBox, Notice
from messages.billing import RefusalCode as BillingCode
from messages.identity import RefusalCode as IdentityCode
from messages.identity import SessionShown

_SESSION_ENDED = (IdentityCode.SESSION_ENDED, BillingCode.SESSION_ENDED)
Page = Callable[[web.Request], Awaitable[web.StreamResponse]]
SignedInPage = Callable[[web.Request, SessionShown], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Portal:
    """The parts that pages are made of."""

    settings: Settings
    backend: Backend
    sessions: Sessions
    cookies: CookieBox
    renderer: Renderer
    static_files: Mapping[str, StaticFile]


PORTAL = web.AppKey("portal", Portal)
REQUEST_ID = web.RequestKey("request_id", str)


def portal_of(request: web.Request) -> Portal:
    """The portal that serves this request."""
    return request.app[PORTAL]


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of the form. Raises HTTPBadRequest for anything but a form of ours, and 413 beyond 64 KiB.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPBadRequest
    try:
        return read_fields(await request.read())
    except UnreadableForm:
        raise web.HTTPBadRequest from None


def client_network_of(request: web.Request) -> str:
    """Where the browser comes from, as throttles count it."""
    settings = portal_of(request).settings
    address = throttle.client_address(
        request.remote, request.headers.get("X-Forwarded-For"), settings.trusted_proxies
    )
    return throttle.client_network(address, settings.cookie_key_bytes)


def show(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    session: SessionShown | None = None,
    **values: Any,
) -> web.Response:
    """The page. A notice that waits for the next page is shown on it, once."""
    portal = portal_of(request)
    notice = portal.cookies.read(request.cookies, wizard.NOTICE)
    common = {
        "problems": problems,
        "problem_at": {problem.field: problem.text for problem in problems if problem.field},
        "session": session,
        "notice": texts.NOTICES.get(notice.text_key) if notice else None,
    }
    html = portal.renderer.render(template, common | values)
    response = web.Response(text=html, status=status, content_type="text/html", charset="utf-8")
    if notice:
        portal.cookies.drop(response, wizard.NOTICE)
    return response


def see_other(path: str) -> web.Response:
    """Sends the browser to one of our own paths, with GET."""
    return web.Response(status=303, headers={"Location": path})


def see_other_saying(request: web.Request, path: str, text_key: str, *, account_id: str = "") -> web.Response:
    """As `see_other`; the page says that notice."""
    response = see_other(path)
    portal_of(request).cookies.keep(response, wizard.NOTICE, Notice(text_key=text_key, account_id=account_id))
    return response


def status_of(refusal: Refusal) -> int:
    """429 where waiting helps, else 422."""
    return 422 if refusal.retry_after_seconds is None else 429


def tell_to_wait(response: web.Response, refusal: Refusal) -> web.Response:
    """Adds `Retry-After` where the refusal knows it."""
    if refusal.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return response


def problem_of(refusal: Refusal, field: str | None = None) -> tuple[Problem, ...]:
    """The refusal as the only item of a form's summary."""
    return (Problem(texts.refusal_text(refusal.code, refusal.retry_after_seconds), field),)


def behind_login(page: SignedInPage) -> Page:
    """The page for customers who are logged in; everybody else is led to the login screen."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        sessions = portal_of(request).sessions
        session_hash = sessions.hash_in(request.cookies)
        if session_hash is None:
            return see_other("/login")
        try:
            return await page(request, await sessions.show(session_hash))
        except Refusal as refusal:
            if refusal.code not in _SESSION_ENDED:
                raise
        sessions.forget(session_hash)
        response = see_other_saying(request, "/login", "session-ended")
        sessions.end(response)
        return response

    return guarded
