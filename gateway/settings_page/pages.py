"""設定: each thing that may be changed is a section with a form of its own."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.rpc_client import ServiceTrouble
from chassis.web.access_log import REQUEST_ID
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login
from gateway.forms import Problem
from gateway.language import said
from gateway.portal import portal_of, session_hash_of
from gateway.responses import see_other_saying, show
from gateway.texts.settings_page import (
    BILL_NOTICE_AWAY,
    BILL_NOTICE_CHOICES,
    BILL_NOTICE_NOT_CHOSEN,
    BILL_NOTICE_NOT_SAVED,
)
from messages.billing import BillNoticeChoice
from messages.identity import SessionShown


@behind_login
async def settings(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings. While billing is away the page says so in its section, and keeps the rest."""
    try:
        chosen = await portal_of(request).backend.billing.show_bill_notice(session.session_assertion)
    except ServiceTrouble:
        return await _page(request, session, None, status=503, away=said(BILL_NOTICE_AWAY))
    return await _page(request, session, chosen)


@behind_login
async def save_bill_notice(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings, [保存する] of お知らせメール. Pressed twice it saves the same."""
    typed = await read_form(request)
    try:
        choice = BillNoticeChoice(typed.get("bill_notice", ""))
    except ValueError:
        problem = Problem(said(BILL_NOTICE_NOT_CHOSEN), "bill_notice")
        return await _page(request, session, None, status=422, problems=(problem,))
    try:
        await portal_of(request).backend.billing.choose_bill_notice(session.session_assertion, choice)
    except ServiceTrouble:
        return await _page(request, session, choice, status=503, away=said(BILL_NOTICE_NOT_SAVED))
    return see_other_saying(request, "/settings", f"bill-notice-{choice}")


async def _page(
    request: web.Request,
    session: SessionShown,
    chosen: BillNoticeChoice | None,
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    away: str | None = None,
) -> web.Response:
    """`away` says that billing cannot be asked; what was chosen on the page stays chosen."""
    portal = portal_of(request)
    account = await portal.backend.own_account.show(session_hash_of(request))
    return show(
        request,
        "settings_page/settings.html",
        status=status,
        problems=problems,
        session=session,
        account=account,
        chosen=chosen,
        choices={choice: said(words) for choice, words in BILL_NOTICE_CHOICES.items()},
        away=away,
        reference=request[REQUEST_ID],
    )
