"""One client's flood is his own: where calls wait for a service, clients take turns."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from chassis.messaging.asking_for import asking_for
from gateway.portal import client_network_of


@web.middleware
async def ask_for_its_client(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What the page asks of services it asks for the browser's network."""
    with asking_for(lambda: client_network_of(request)):
        return await handler(request)
