"""The four files: a month's and a year's, as PDF and as CSV.

A year is asked for month by month, with the very questions of the statement's page (ADR 0053).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from chassis.messaging.rpc_client import ServiceTrouble
from chassis.process.logger import Logger
from gateway.behind_login import Page, SignedInPage, behind_login
from gateway.charges.contract_if_known import contract_if_known
from gateway.charges.not_found import statement_not_found
from gateway.charges.unavailable import charges_unavailable
from gateway.downloads.document import MOST_LINES, Content, lines_in, month_document, year_document
from gateway.downloads.recipient import Recipient
from gateway.downloads.statements import listed_statements, statement_of
from gateway.downloads.table import table_of
from gateway.downloads.turns import TURNS
from gateway.downloads.typesetting import PressTrouble, Typesetting
from gateway.language import said
from gateway.portal import portal_of
from gateway.responses import see_other, show
from gateway.texts.charges import TOO_LONG, TOO_LONG_TITLE
from gateway.texts.downloads import file_names
from messages.billing import StatementShown
from messages.identity import SessionShown
from messages.values import BillingMonth, InvalidValue

_log = Logger()

TYPESETTING = web.AppKey("typesetting", Typesetting)

_WITHIN = 8.0  # seconds, from the wish to the file
_TROUBLE = (ServiceTrouble, PressTrouble, TimeoutError)


def _download(make: SignedInPage) -> Page:
    """The file in its turn; without it the page that says when to come back."""

    @behind_login
    async def answered(request: web.Request, session: SessionShown) -> web.StreamResponse:
        try:
            async with asyncio.timeout(_WITHIN), request.app[TURNS].turn():
                return await make(request, session)
        except _TROUBLE as trouble:
            _log.warning("download.not_made", trouble=type(trouble).__name__)
            return charges_unavailable(request, session)

    return answered


@_download
async def month_as_pdf(request: web.Request, session: SessionShown) -> web.Response:
    """GET /charges/{month}.pdf."""
    statement, recipient = await asyncio.gather(_statement(request, session), _recipient(request, session))
    if statement is None:
        return statement_not_found(request, session)
    content = month_document(statement, recipient, portal_of(request).settings.company)
    return await _pdf(request, session, [statement], content)


@_download
async def month_as_csv(request: web.Request, session: SessionShown) -> web.Response:
    """GET /charges/{month}.csv."""
    statement, recipient = await asyncio.gather(_statement(request, session), _recipient(request, session))
    return _csv(request, [statement], recipient) if statement else statement_not_found(request, session)


@_download
async def year_as_pdf(request: web.Request, session: SessionShown) -> web.Response:
    """GET /charges.pdf: all months that are listed. Without any the list says so."""
    statements, recipient = await asyncio.gather(
        listed_statements(request, session), _recipient(request, session)
    )
    if not statements:
        return see_other("/charges")
    content = year_document(statements, recipient, portal_of(request).settings.company)
    return await _pdf(request, session, statements, content)


@_download
async def year_as_csv(request: web.Request, session: SessionShown) -> web.Response:
    """GET /charges.csv: all months that are listed. Without any the list says so."""
    statements, recipient = await asyncio.gather(
        listed_statements(request, session), _recipient(request, session)
    )
    return _csv(request, statements, recipient) if statements else see_other("/charges")


async def _of_a_year(request: web.Request, session: SessionShown) -> tuple[list[StatementShown], Recipient]:
    return await asyncio.gather(listed_statements(request, session), _recipient(request, session))


async def _recipient(request: web.Request, session: SessionShown) -> Recipient:
    return Recipient.of(session, await contract_if_known(request))


async def _statement(request: web.Request, session: SessionShown) -> StatementShown | None:
    """None for a month that may not be seen."""
    try:
        month = BillingMonth.parse(request.match_info["month"])
    except InvalidValue:
        return None
    return await statement_of(request, session, month)


async def _pdf(
    request: web.Request, session: SessionShown, statements: Sequence[StatementShown], content: Content
) -> web.Response:
    if lines_in(statements) > MOST_LINES:
        page = "downloads/too_long.html"
        return show(
            request, page, status=422, session=session, title=said(TOO_LONG_TITLE), text=said(TOO_LONG)
        )
    pdf = await request.app[TYPESETTING].typeset(content)
    return _file(pdf, "application/pdf", statements, "pdf")


def _csv(request: web.Request, statements: Sequence[StatementShown], recipient: Recipient) -> web.Response:
    table = table_of(statements, recipient, portal_of(request).settings.company)
    return _file(table, "text/csv; charset=utf-8", statements, "csv")


def _file(body: bytes, content_type: str, statements: Sequence[StatementShown], ending: str) -> web.Response:
    """To be saved, never shown in our own window; its name says which months, not whose."""
    months = [statement.billing_month for statement in statements]
    plain, japanese = file_names(months[0], months[-1], ending)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(japanese, safe='')}"
    return web.Response(body=body, headers={"Content-Type": content_type, "Content-Disposition": named})
