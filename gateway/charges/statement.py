"""ご利用料金の明細."""

from __future__ import annotations

import asyncio

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway.behind_login import behind_login
from gateway.charges.contract_if_known import contract_if_known
from gateway.charges.groups import groups_of
from gateway.charges.not_found import statement_not_found
from gateway.charges.unavailable import charges_unavailable
from gateway.portal import portal_of
from gateway.responses import show
from gateway.texts.charges import difference_sentence, month_before
from messages.billing import RefusalCode, StatementShown
from messages.identity import SessionShown
from messages.values import BillingMonth, InvalidValue


@behind_login
async def statement(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /charges/{month} (T25)."""
    try:
        month = BillingMonth.parse(request.match_info["month"])
        billing = portal_of(request).backend.billing
        contract, shown = await asyncio.gather(
            contract_if_known(request), billing.show_statement(session.session_assertion, month)
        )
    except InvalidValue:
        return statement_not_found(request, session)
    except ServiceTrouble:
        return charges_unavailable(request, session)
    except Refusal as refusal:
        if refusal.code != RefusalCode.STATEMENT_NOT_FOUND:
            raise
        return statement_not_found(request, session)
    before = month_before_of(shown)
    return show(
        request,
        "charges/statement.html",
        session=session,
        contract=contract,
        statement=shown,
        groups=groups_of(shown.lines),
        before=before,
        sentence=sentence_of_statement(shown, before),
    )


def month_before_of(shown: StatementShown) -> str:
    """How the month with which it was compared is called; empty if it was compared with none."""
    if shown.comparison is None:
        return ""
    return month_before(shown.billing_month, shown.comparison.with_month, is_newest=shown.later is None)


def sentence_of_statement(shown: StatementShown, before: str) -> str:
    """How it differs from the month `before`, and why; empty if it was compared with none."""
    if shown.comparison is None:
        return ""
    return difference_sentence(shown.comparison.difference_yen, before, shown.comparison)
