"""The few ways in which a page answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.form_tokens import FIELD as FORM_TOKEN
from chassis.web.shared_content import SharedContent
from gateway.forms import Problem
from gateway.language import said, spoken
from gateway.notices import NOTICE, Notice
from gateway.portal import portal_of
from gateway.pre_session import REFUSED_FORM, form_token, new_pre_session, takes_cookies, with_pre_session
from gateway.same_page import same_page
from gateway.step_up import sealed_next_token
from gateway.texts import refusal_text
from gateway.texts.errors import FORM_OF_ANOTHER_SESSION, FORM_WITHOUT_COOKIE
from gateway.texts.frame import section_of
from gateway.texts.notices import NOTICES, TYPED_IS_BACK
from gateway.typed_before import TYPED_BEFORE, typed_before
from messages.identity import SessionShown

_OF_STRANGERS: Mapping[str, object] = {
    "problems": (),
    "problem_at": {},
    "session": None,
    "nickname": None,
    "is_customers": False,
    "session_ends_in": None,
    "notice": None,
    "typed_before": {},
}
RETRY_AFTER_SECONDS = 30
SESSION_IS_OVER = web.RequestKey("session_is_over", bool)
"""Identity said so of the session that this request came with."""


def show(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    session: SessionShown | None = None,
    **values: Any,
) -> web.Response:
    """The page. A notice that waits for the next page is shown on it, once; a 503 says when to come back
    (E2).

    Its header is a customer's while his browser has a session. Nobody is asked about it, so that every page
    can be shown without any service; his nickname stands there if it is at hand.

    Above a form that was refused (`gateway.form_guard`) stands why, and what was typed stands in its fields.
    """
    portal, fresh = portal_of(request), new_pre_session()
    if REFUSED_FORM in request and status == 200:
        status, problems = 403, (_why_refused(request),)
    known = session or _remembered(request)
    restored = typed_before(request, known) if request.method == "GET" else {}
    notice = portal.cookies.read(request.cookies, NOTICE)
    of_every_page = _of_this_session(request, session, known) | {
        "problems": problems,
        "problem_at": {problem.field: problem.text for problem in problems if problem.field},
        "notice": said(TYPED_IS_BACK) if restored and not notice else _notice(notice),
        "form_token": form_token(request, fresh, known),
        "typed_before": restored or request.get(REFUSED_FORM, {}),
        "this_page": same_page(request, status),
    }
    html = portal.renderer.render(template, of_every_page | values)
    response = web.Response(text=html, status=status, content_type="text/html", charset="utf-8")
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if notice:
        portal.cookies.drop(response, NOTICE)
    if restored:
        portal.cookies.drop(response, TYPED_BEFORE)
    return with_pre_session(request, response, fresh) if f'name="{FORM_TOKEN}"' in html else response


def _of_this_session(
    request: web.Request, session: SessionShown | None, known: SessionShown | None
) -> dict[str, object]:
    return {
        "session": session,
        "nickname": known.nickname if known else None,
        "is_customers": session is not None or _may_be_customers(request),
        "section": section_of(request.path),
        "session_ends_in": _session_ends_in(request, session),
        "sealed_next_token": partial(sealed_next_token, request),
    }


def _why_refused(request: web.Request) -> Problem:
    return Problem(said(FORM_OF_ANOTHER_SESSION if takes_cookies(request) else FORM_WITHOUT_COOKIE))


def show_alike(request: web.Request, template: str, **values: Any) -> web.Response:
    """A page for everybody, in one language with the same `values` whoever asks and whenever. Strangers for
    whom no notice waits get the very same bytes, which browsers may keep and ask about again; nobody else's
    are kept (ADR 0042).
    """
    portal = portal_of(request)
    if _has_session(request) or portal.cookies.read(request.cookies, NOTICE):
        return show(request, template, **values)
    section = section_of(request.path)
    key = (template, section, spoken())
    if key not in portal.strangers_pages:
        of_strangers = {**_OF_STRANGERS, "section": section, "this_page": section or "/"}
        html = portal.renderer.render(template, {**of_strangers, **values})
        portal.strangers_pages[key] = SharedContent(html.encode(), "text/html")
    kept = portal.strangers_pages[key]
    return kept.answer(request, cache_control="no-cache", varies_by="Cookie")


def _notice(notice: Notice | None) -> str | None:
    text = NOTICES.get(notice.text_key) if notice else None
    return text and said(text)


def _has_session(request: web.Request) -> bool:
    """Whether the browser brings one, alive or not."""
    return portal_of(request).sessions.hash_in(request.cookies) is not None


def _may_be_customers(request: web.Request) -> bool:
    """Whether the browser has a session of which nobody has said yet that it is over."""
    return _has_session(request) and not request.get(SESSION_IS_OVER, False)


def _remembered(request: web.Request) -> SessionShown | None:
    sessions = portal_of(request).sessions
    session_hash = sessions.hash_in(request.cookies)
    return sessions.remembered(session_hash) if session_hash is not None else None


def _session_ends_in(request: web.Request, session: SessionShown | None) -> int | None:
    """As identity said it a moment ago, also where another session's end keeps it from being remembered."""
    sessions = portal_of(request).sessions
    session_hash = sessions.hash_in(request.cookies)
    remembered = sessions.ends_in(session_hash) if session_hash else None
    return remembered if remembered is not None or session is None else session.ends_in_seconds


def see_other(path: str) -> web.Response:
    """Sends the browser to one of our own paths, with GET."""
    return web.Response(status=303, headers={"Location": path})


def see_other_saying(request: web.Request, path: str, text_key: str, *, account_id: str = "") -> web.Response:
    """As `see_other`; the page says that notice."""
    response = see_other(path)
    say_there(request, response, text_key, account_id=account_id)
    return response


def say_there(request: web.Request, response: web.Response, text_key: str, *, account_id: str = "") -> None:
    """The next page says that notice."""
    portal_of(request).cookies.keep(response, NOTICE, Notice(text_key=text_key, account_id=account_id))


def status_of(refusal: Refusal) -> int:
    """429 where waiting helps, else 422."""
    return 422 if refusal.retry_after_seconds is None else 429


def tell_to_wait(response: web.Response, refusal: Refusal) -> web.Response:
    """Adds `Retry-After` where the refusal knows it."""
    if refusal.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return response


def sentence_of(request: web.Request, refusal: Refusal) -> str:
    """What the customer is told of the refusal."""
    company = portal_of(request).settings.company
    return refusal_text(refusal.code, company, refusal.retry_after_seconds)


def problem_of(request: web.Request, refusal: Refusal, field: str | None = None) -> tuple[Problem, ...]:
    """The refusal as the only item of a form's summary."""
    return (Problem(sentence_of(request, refusal), field),)
