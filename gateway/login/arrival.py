"""Somebody is logged in: where the browser goes, and what it forgets."""

from __future__ import annotations

from aiohttp import web

from gateway.known_device import KnownDevice, remember_device
from gateway.portal import portal_of
from gateway.responses import see_other
from messages.identity import SessionShown


def arrive(
    request: web.Request,
    session_token: str,
    device: KnownDevice,
    shown: SessionShown,
    *,
    at: str = "/menu",
) -> web.Response:
    """To that page; the device is known from now on. Whoever is logged in now finds nothing that was typed in
    this browser before (X32).
    """
    response = see_other(at)
    portal_of(request).forget_visitor(response)
    portal_of(request).sessions.begin(response, session_token)
    remember_device(request, response, device, shown.device_mark)
    return response
