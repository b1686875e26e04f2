"""Whose statement it is, by number and name."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.rpc_client import ServiceTrouble
from gateway.backend.identity import ContractOfCustomer
from gateway.portal import portal_of


async def contract_if_known(request: web.Request) -> ContractOfCustomer | None:
    """For the head of a statement, which can do without while identity is away."""
    portal = portal_of(request)
    session_hash = portal.sessions.hash_in(request.cookies)
    try:
        return await portal.backend.identity.show_contract(session_hash or "")
    except ServiceTrouble:
        return None
