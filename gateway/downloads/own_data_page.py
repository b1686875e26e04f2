"""データのダウンロード: everything that is kept of a customer, for whoever types his password again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from chassis.process.logger import Logger
from chassis.security.tokens import new_key
from chassis.web.access_log import REQUEST_ID
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login
from gateway.downloads.own_data import BillingSays, own_data
from gateway.downloads.statements import listed_statements
from gateway.downloads.turns import TURNS
from gateway.forms import InvalidForm, Problem, require_filled
from gateway.language import said
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import problem_of, show, status_of, tell_to_wait
from gateway.texts.settings_page import EXPORT_NOT_MADE
from messages.account_settings import RefusalCode
from messages.data_export import DataExported
from messages.identity import SessionShown
from messages.japan import JAPAN

_log = Logger()
_BILLING_WITHIN = 5.0  # seconds, for its turn and for what billing says
_ITS_OWN = (RefusalCode.WRONG_PASSWORD, RefusalCode.TOO_MANY_PASSWORDS, RefusalCode.TOO_MANY_EXPORTS)


def _page(
    request: web.Request,
    session: SessionShown,
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    away: str | None = None,
) -> web.Response:
    return show(
        request,
        "downloads/own_data.html",
        status=status,
        problems=problems,
        session=session,
        form_key=new_key(),
        away=away,
        reference=request[REQUEST_ID],
    )


@behind_login
async def form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/export."""
    return _page(request, session)


@behind_login
async def export(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/export, [ダウンロードする]: the file at once, which leaves the page where it is, so that
    a reload sends nothing again (G17). What billing says is asked first: no export is told of that could not
    be made, and no half file is.
    """
    typed = await read_form(request)
    try:
        require_filled(typed, "password")
        billing = await _billing_says(request, session)
        kept, exported = await portal_of(request).backend.own_account.export(
            session_hash_of(request),
            _form_key(typed),
            password=typed["password"],
            client_network=client_network_of(request),
        )
    except InvalidForm as invalid:
        return _page(request, session, status=422, problems=invalid.problems)
    except (ServiceTrouble, TimeoutError) as trouble:
        _log.warning("export.not_made", trouble=type(trouble).__name__)
        return _page(request, session, status=503, away=said(EXPORT_NOT_MADE))
    except Refusal as refusal:
        if refusal.code not in _ITS_OWN:
            raise
        problems = problem_of(request, refusal, "password")
        page = _page(request, session, status=status_of(refusal), problems=problems)
        return tell_to_wait(page, refusal)
    return _file(own_data(kept, exported, billing, portal_of(request).settings.company), exported)


async def _billing_says(request: web.Request, session: SessionShown) -> BillingSays:
    """Raises ServiceTrouble or TimeoutError."""
    billing = portal_of(request).backend.billing
    async with asyncio.timeout(_BILLING_WITHIN), request.app[TURNS].turn():
        chosen, statements = await asyncio.gather(
            billing.show_bill_notice(session.session_assertion), listed_statements(request, session)
        )
    return BillingSays(chosen, statements)


def _form_key(typed: Mapping[str, str]) -> UUID:
    """The key that the form came with, so that a double click is told of once."""
    try:
        return UUID(typed.get("form_key", ""))
    except ValueError:
        return new_key()


def _file(body: bytes, exported: DataExported) -> web.Response:
    """To be saved, never shown in our own window; its name says the day, and not whose it is."""
    name = f"mypage-data-{exported.exported_at.astimezone(JAPAN):%Y%m%d}.json"
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return web.Response(body=body, headers=headers)
