"""The composition root of the gateway: settings and bus in, pages out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import structlog
from aiohttp import web

from chassis.messaging.bus import Bus
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.rpc_client import RpcClient
from chassis.process.clock import SystemClock
from chassis.process.failpoints import arm
from chassis.process.health import HealthPage
from chassis.process.logs import set_up_logs
from chassis.process.runner import until_stopped
from chassis.process.settings import SettingsError, load
from chassis.security.sealing import Sealer
from gateway.backend import Backend
from gateway.middlewares import add_headers, guarded, observed
from gateway.rendering import Renderer, load_static_files
from gateway.responses import PORTAL, Portal
from gateway.routes import ROUTES
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.wizard import CookieBox
from messages.identity import SessionEnded

_LARGEST_BODY = 64 * 1024
_ASKS_WITHIN = 2.0  # seconds
_DRAIN_WITHIN = 8.0  # seconds: longer than any page may take
_DRAINING = web.AppKey("draining", asyncio.Event)


async def build_app(settings: Settings, bus: Bus) -> web.Application:
    """The portal on a bus, which may be down: pages then say so. The application starts and stops its own RPC
    client.

    It has started when it can ask the services, or after two seconds: a customer who comes to a new gateway
    is served by it.
    """
    client = RpcClient(bus, process="gateway")
    backend = Backend(client, Sealer(settings.sealing_public_keys))
    sessions = Sessions(backend.show_session, https=settings.is_https)
    client.on_broadcast(SessionEnded, sessions.on_broadcast)
    static_files = load_static_files()

    async def calling(app: web.Application) -> AsyncIterator[None]:
        await client.start()
        with suppress(TimeoutError):
            async with asyncio.timeout(_ASKS_WITHIN):
                await client.listening.wait()
        yield
        await client.stop()

    app = web.Application(middlewares=[observed, guarded], client_max_size=_LARGEST_BODY)
    app[PORTAL] = Portal(
        settings=settings,
        backend=backend,
        sessions=sessions,
        cookies=CookieBox(settings.cookie_key_bytes, SystemClock(), https=settings.is_https),
        renderer=Renderer(static_files),
        static_files=static_files,
    )
    app.add_routes(ROUTES)
    app[_DRAINING] = asyncio.Event()
    app.on_response_prepare.extend((add_headers, _say_goodbye))
    app.cleanup_ctx.append(calling)
    return app


async def _say_goodbye(request: web.Request, response: web.StreamResponse) -> None:
    """Once we drain, each connection is closed after its answer: none is cut while a request is on its way
    through it.
    """
    if request.app[_DRAINING].is_set():
        response.force_close()
        response.headers["Connection"] = (
            "close"  # aiohttp has written its own headers by now, and would close without a word
        )


async def serve(settings: Settings) -> None:
    """Serves until SIGTERM; then it is not ready any more, sends its connections away for a while, and lets
    the last requests end.
    """
    if settings.failpoint:
        arm(settings.failpoint)
    bus = RabbitBus(settings.amqp_url.get_secret_value(), shared_user=settings.amqp_shared_user)
    bus.start()

    async def listening() -> str | None:
        return None  # readiness does not depend on broker or services: login and error pages need neither

    health = HealthPage(settings.admin_host, settings.admin_port, {"pages": listening})
    app = await build_app(settings, bus)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_DRAIN_WITHIN)
    await runner.setup()
    await web.TCPSite(runner, settings.host, settings.port).start()
    if settings.admin_port:
        await health.start()
    await until_stopped()
    health.draining = True
    app[_DRAINING].set()
    await asyncio.sleep(settings.drain_seconds)
    await runner.cleanup()
    await bus.close()
    await health.stop()


def main() -> None:
    """Runs the gateway. Exit code 2 for bad settings."""
    try:
        settings = load(Settings)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - logs are not set up yet
        sys.exit(2)
    set_up_logs(settings.log_level)
    structlog.contextvars.bind_contextvars(service="gateway")
    asyncio.run(serve(settings))
