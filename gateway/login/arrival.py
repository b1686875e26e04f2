"""Somebody is logged in: where the browser goes, and what it forgets."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from chassis.security.tokens import token_hash
from gateway.known_device import KnownDevice, remember_device
from gateway.portal import portal_of
from gateway.responses import see_other
from messages.identity import SessionShown

_WAITS = 2.0  # seconds: the log-in has succeeded whatever comes of it


async def arrive(
    request: web.Request,
    session_token: str,
    device: KnownDevice,
    shown: SessionShown,
    *,
    at: str = "/menu",
) -> web.Response:
    """To that page; the device is known from now on. Whoever is logged in now finds nothing that was typed in
    this browser before (X32), and the session that it had is over, as far as identity can be told at once.
    """
    response = see_other(at)
    portal_of(request).forget_visitor(request, response)
    portal_of(request).sessions.begin(response, session_token)
    remember_device(request, response, device, shown.device_mark)
    await _end_former_session(request, token_hash(session_token))
    return response


async def _end_former_session(request: web.Request, begun: str) -> None:
    sessions = portal_of(request).sessions
    former = sessions.hash_in(request.cookies)
    if former is None or former == begun:
        return
    sessions.forget(former)
    with suppress(Refusal, ServiceTrouble, TimeoutError):
        async with asyncio.timeout(_WAITS):
            await portal_of(request).backend.identity.log_out(former)
