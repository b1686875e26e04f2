"""ご契約内容."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway.behind_login import behind_login
from gateway.portal import portal_of, session_hash_of
from gateway.responses import show
from messages.billing import RefusalCode
from messages.identity import SessionShown
from messages.values import BillingMonth


@dataclass(frozen=True)
class NewestServices:
    """What the newest bill is made of; `month` is None while there is no bill yet."""

    month: BillingMonth | None = None
    names: tuple[str, ...] = ()


@behind_login
async def contract(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /contract: number and name as identity knows them, and the services of the newest bill. The page
    needs identity alone: without billing it says that the services cannot be shown now.
    """
    portal = portal_of(request)
    session_hash = session_hash_of(request)
    found, services = await asyncio.gather(
        portal.backend.identity.show_contract(session_hash), _services_if_there(request, session)
    )
    return show(request, "contract/contract.html", session=session, contract=found, services=services)


async def _services_if_there(request: web.Request, session: SessionShown) -> NewestServices | None:
    """None while billing is away."""
    billing = portal_of(request).backend.billing
    try:
        listed = await billing.list_charges(session.session_assertion)
        if not listed.statements:
            return NewestServices()
        month = listed.statements[0].billing_month
        shown = await billing.show_statement(session.session_assertion, month)
    except ServiceTrouble:
        return None
    except Refusal as refusal:
        if refusal.code != RefusalCode.STATEMENT_NOT_FOUND:  # it went in this moment
            raise
        return None
    names = dict.fromkeys(line.service for line in shown.lines if line.service)
    return NewestServices(month, tuple(names))
