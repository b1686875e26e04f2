"""What was typed into a form whose session was over meanwhile: it waits, sealed, until its customer has
logged in again (G18, ADR 0068).
"""

from __future__ import annotations

from contextlib import suppress

from aiohttp import web

from chassis.web.body_coding import BODY
from chassis.web.form_reading import UnreadableForm, read_fields
from chassis.web.form_tokens import FIELD as FORM_TOKEN
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.portal import portal_of
from gateway.pre_session import account_in, account_mark
from gateway.same_page import page_above
from messages.identity import SessionShown

_NEVER_KEPT = ("password", "code", "token", "secret", "credential", FORM_TOKEN)
_AT_MOST = 1500  # characters: a cookie among others


class TypedBefore(CookieContent):
    """The fields of a form, the page that it stands on, and whose it was."""

    page: str
    account: str
    fields: dict[str, str]


TYPED_BEFORE = Purpose("typed", TypedBefore, 30 * 60)


def keep_typed(request: web.Request, response: web.Response) -> None:
    """What this POST brought waits in the browser for the account whose form it was. Nothing secret is kept,
    nor what is too long for a cookie.
    """
    page = page_above(request)
    if request.method != "POST" or page is None or page.resource is None:
        return
    sent: dict[str, str] = {}
    with suppress(UnreadableForm):
        sent = read_fields(request[BODY])
    fields = {name: text for name, text in sent.items() if may_be_kept(name)}
    account = account_in(sent)
    if account and fields and sum(len(name) + len(text) for name, text in fields.items()) <= _AT_MOST:
        kept = TypedBefore(page=page.resource.canonical, account=account, fields=fields)
        portal_of(request).cookies.keep(response, TYPED_BEFORE, kept)


def may_be_kept(field: str) -> bool:
    """Whether what is typed there may wait anywhere: no password, and nothing that is as good as one."""
    return not any(word in field.lower() for word in _NEVER_KEPT)


def typed_before(request: web.Request, session: SessionShown | None) -> dict[str, str]:
    """What waits for the page that is asked for and for whose session it is; nothing for anybody else."""
    kept = portal_of(request).cookies.read(request.cookies, TYPED_BEFORE)
    if kept is None or session is None or kept.page != request.path:
        return {}
    return kept.fields if kept.account == account_mark(request, session) else {}
