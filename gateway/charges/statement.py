"""ご利用料金の明細."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway.behind_login import behind_login
from gateway.charges.contract_if_known import contract_if_known
from gateway.charges.not_found import statement_not_found
from gateway.charges.unavailable import charges_unavailable
from gateway.portal import portal_of
from gateway.responses import show
from gateway.texts.charges import difference_sentence, line_in_words, month_before
from messages.billing import RefusalCode, ShownLine, StatementShown
from messages.identity import SessionShown
from messages.values import BillingMonth, InvalidValue


@dataclass(frozen=True)
class LineGroup:
    """The lines of one service, each with what changed of it in words. Amounts are without tax."""

    service: str
    lines: Sequence[tuple[ShownLine, str]]

    @property
    def subtotal_yen(self) -> int:
        """Of its lines."""
        return sum(line.amount_yen for line, _ in self.lines)


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
    before = _month_before(shown)
    return show(
        request,
        "charges/statement.html",
        session=session,
        contract=contract,
        statement=shown,
        groups=groups_of(shown.lines, before),
        before=before,
        sentence=sentence_of_statement(shown),
    )


def groups_of(lines: Sequence[ShownLine], before: str) -> list[LineGroup]:
    """The services in the order in which billing names them first, each once; in each the lines in billing's
    order.
    """
    groups: dict[str, list[tuple[ShownLine, str]]] = {}
    for line in lines:
        groups.setdefault(line.service, []).append((line, line_in_words(line, before)))
    return [LineGroup(service, of_service) for service, of_service in groups.items()]


def sentence_of_statement(shown: StatementShown) -> str:
    """How it differs from the month before, and why; empty if it was compared with none."""
    if shown.comparison is None:
        return ""
    return difference_sentence(shown.comparison.difference_yen, _month_before(shown), shown.comparison)


def _month_before(shown: StatementShown) -> str:
    if shown.comparison is None:
        return ""
    return month_before(shown.billing_month, shown.comparison.with_month, is_newest=shown.later is None)
