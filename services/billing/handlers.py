"""What billing answers. Both answers come from one list: what is not listed cannot be opened (T25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.database.db import Database
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.signing import InvalidClaims, Verifier
from messages.billing import (
    ChargesListed,
    ListCharges,
    ListedStatement,
    RefusalCode,
    ShowStatement,
    StatementShown,
)
from messages.identity import SessionAssertion
from services.billing.domain import WindowRule, neighbours
from services.billing.repository import Repository


@dataclass(frozen=True)
class Billing:
    """What the handlers work with."""

    database: Database
    verifier: Verifier
    rule: WindowRule


async def list_charges(service: Billing, query: ListCharges, received: DeliveryInfo) -> ChargesListed:
    """ご利用料金: at most a year, newest first (T24). Raises SESSION_ENDED without a fresh word of identity.
    """
    async with service.database.transaction() as tx:
        repository = Repository(tx)
        session = _session(service, query.session_assertion, await repository.now())
        listed = await _listed(service, repository, session)
    return ChargesListed(
        statements=tuple(listed),
        listed_months=service.rule.listed_months,
        first_listed_month=service.rule.floor,
    )


async def show_statement(service: Billing, query: ShowStatement, received: DeliveryInfo) -> StatementShown:
    """[詳細]: ご利用料金の明細. Every month that this customer's list lacks is the same STATEMENT_NOT_FOUND,
    whatever the cause (T25).
    """
    month = query.billing_month
    async with service.database.transaction() as tx:
        repository = Repository(tx)
        session = _session(service, query.session_assertion, await repository.now())
        beside = neighbours(
            [each.billing_month for each in await _listed(service, repository, session)], month
        )
        if beside is None:
            raise Refusal(RefusalCode.STATEMENT_NOT_FOUND)
        found = await repository.load_statement(session.customer_number, month)
    return StatementShown(
        billing_month=month,
        published_on=found.published_on,
        lines=found.lines,
        rate_totals=found.rate_totals,
        amount_yen=found.amount_yen,
        earlier=beside.earlier,
        later=beside.later,
    )


def _session(service: Billing, assertion: str, now: datetime) -> SessionAssertion:
    """Who asks, on identity's word alone; nothing in the query says whose charges are meant."""
    try:
        return service.verifier.verify(assertion, SessionAssertion, said_by="identity", now=now)
    except InvalidClaims:
        raise Refusal(RefusalCode.SESSION_ENDED) from None


async def _listed(
    service: Billing, repository: Repository, session: SessionAssertion
) -> Sequence[ListedStatement]:
    window = service.rule.window(await repository.newest_published_month(), session.charges_from)
    return await repository.list_statements(session.customer_number, window) if window else []
