"""The composition root of the gateway: settings and bus in, pages out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web
from aiohttp.typedefs import Middleware

from chassis.messaging.bus import Bus
from chassis.messaging.key_proofs import KeyProofs, statement_of_keys
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.rpc_client import RpcClient
from chassis.messaging.topology import rpc_exchange
from chassis.process.clock import SystemClock
from chassis.process.health import Check, HealthPage
from chassis.process.lifetime import until_stopped
from chassis.process.logger import Logger
from chassis.process.stopping import end_by_force_later
from chassis.security.sealing import Sealer
from chassis.web.access_log import add_request_id, write_access_log
from chassis.web.fault_pages import answer_faults
from chassis.web.form_challenges import FormChallenges
from chassis.web.form_tokens import FormTokens
from chassis.web.guarded_server import GuardedRunner, read_body_within, refuse_unreadable
from chassis.web.origin_guard import guard_origin
from chassis.web.sealed_cookies import CookieBox
from chassis.web.security_headers import security_headers
from gateway.activation.cookies import HELD_TICKET, OPENED_LINK
from gateway.backend import connect_backend
from gateway.chosen_language import speak_as_chosen
from gateway.downloads.pages import TYPESETTING
from gateway.downloads.turns import TURNS, Turns
from gateway.downloads.typesetting import Typesetting
from gateway.error_pages import error_page, refusal_page
from gateway.fair_share import ask_for_its_client
from gateway.form_guard import guard_forms
from gateway.greeting import greet_customers
from gateway.language_switch.pages import SWITCH_ROUTE
from gateway.login.second_step import SECOND_STEP
from gateway.login.waiting import WAITING_LOGIN
from gateway.notices import NOTICE
from gateway.portal import PORTAL, Portal
from gateway.pre_session import PRE_SESSION
from gateway.readiness import Readiness
from gateway.recovery.cookies import DONE_RESET, OPENED_RESET
from gateway.registration.drafts import DRAFT, REGISTERED
from gateway.rendering import Renderer
from gateway.routes import ROUTES
from gateway.sessions import Sessions
from gateway.settings import SEALS_FOR, Settings
from gateway.settings_page.cookies import (
    ADDRESS_LINK,
    ASKED_ADDRESS,
    NEW_RECOVERY_CODES,
    PASSKEY_OFFER,
    UNDO_LINK,
)
from gateway.settings_page.stop import ONE_CLICK_ROUTE
from gateway.static_files import load_static_files
from gateway.wanted_page import WANTED_PAGE
from messages.identity import SessionEnded

_log = Logger()

_LARGEST_BODY = 64 * 1024
_ASKS_WITHIN = 2.0  # seconds
_LAST_PAGES_WITHIN = 9.0  # seconds: longer than any page may take
_SIGNED_WITHIN = 15 * 60  # seconds, from the page that asks for a passkey
_CLOSED_WITHIN = 3.0  # seconds, for broker and health page
_DRAINING = web.AppKey("draining", asyncio.Event)
_HEARS_REPLIES = web.AppKey("hears_replies", asyncio.Event)


async def build_app(settings: Settings, bus: Bus) -> web.Application:
    """The portal on a bus, which may be down: pages then say so. The application starts and stops its own RPC
    client.

    It has started when it can ask the services, or after two seconds: a customer who comes to a new gateway
    is served by it.
    """
    _warn_of_shared_limits(settings)
    client = RpcClient(bus, process="gateway")
    portal = _portal(settings, client)
    client.on_broadcast(SessionEnded, portal.sessions.on_broadcast)

    async def calling(app: web.Application) -> AsyncIterator[None]:
        await client.start()
        with suppress(TimeoutError):
            async with asyncio.timeout(_ASKS_WITHIN):
                await client.listening.wait()
        yield
        await client.stop()

    app = web.Application(middlewares=_middlewares(settings), client_max_size=_LARGEST_BODY)
    app[PORTAL] = portal
    app[TURNS], app[TYPESETTING] = Turns(), Typesetting()
    app.add_routes(ROUTES)
    app[_DRAINING] = asyncio.Event()
    app[_HEARS_REPLIES] = client.listening
    add_headers = security_headers(https=settings.is_https, server="mypage")
    app.on_response_prepare.extend((add_headers, add_request_id, _say_goodbye))
    app.cleanup_ctx.extend((calling, _typesetting))
    return app


def _middlewares(settings: Settings) -> list[Middleware]:
    """The first stands outermost."""
    return [
        write_access_log,
        speak_as_chosen,
        answer_faults(error_page, refusal_page),
        refuse_unreadable,
        guard_origin(settings.public_url, open_to_all=(ONE_CLICK_ROUTE,)),
        read_body_within(settings.body_seconds),
        ask_for_its_client,
        guard_forms(open_to_all=(ONE_CLICK_ROUTE, SWITCH_ROUTE)),
        greet_customers,
    ]


def _warn_of_shared_limits(settings: Settings) -> None:
    """By TLS browsers reach us through a proxy: without this setting they all share its limits."""
    if settings.is_https and not settings.trusted_proxies:
        _log.error("settings.no_trusted_proxy", setting="trusted_proxies")


def _portal(settings: Settings, client: RpcClient) -> Portal:
    backend = connect_backend(client, Sealer(settings.sealing_public_keys))
    static_files = load_static_files(settings.company)
    cookies = CookieBox(
        settings.cookie_key_bytes, SystemClock(), label=b"mypage cookies", https=settings.is_https
    )
    return Portal(
        settings=settings,
        backend=backend,
        sessions=Sessions(backend.identity.show_session, https=settings.is_https, hears_in=client.hears_in),
        cookies=cookies,
        form_tokens=FormTokens(settings.cookie_key_bytes),
        challenges=FormChallenges(settings.cookie_key_bytes, SystemClock(), lifetime=_SIGNED_WITHIN),
        renderer=Renderer(static_files, settings.company),
        static_files=static_files,
        visitors_cookies=(
            PRE_SESSION,
            DRAFT,
            REGISTERED,
            OPENED_LINK,
            HELD_TICKET,
            WAITING_LOGIN,
            SECOND_STEP,
            NEW_RECOVERY_CODES,
            ASKED_ADDRESS,
            ADDRESS_LINK,
            UNDO_LINK,
            PASSKEY_OFFER,
            OPENED_RESET,
            DONE_RESET,
            NOTICE,
            WANTED_PAGE,
        ),
    )


async def _typesetting(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[TYPESETTING].close()


async def _say_goodbye(request: web.Request, response: web.StreamResponse) -> None:
    """Once we drain, each connection is closed after its answer: none is cut while a request is on its way
    through it.
    """
    if request.app[_DRAINING].is_set():
        response.force_close()
        # aiohttp has written its own headers by now, and would close without a word
        response.headers["Connection"] = "close"


async def serve(settings: Settings) -> None:
    """Serves until SIGTERM; then it is not ready any more, sends its connections away until balancers have
    noticed (N7), and lets the last requests end.
    """
    bus = RabbitBus.of(settings, knocks_at=rpc_exchange("identity"))
    bus.start()

    app = await build_app(settings, bus)
    keys = statement_of_keys("gateway", seals=(Sealer(settings.sealing_public_keys), SEALS_FOR))
    readiness, proofs = Readiness(bus, app[_HEARS_REPLIES]), KeyProofs(bus, keys)
    checks: dict[str, Check] = {"pages": readiness.problem, "keys": proofs.problem}
    health = HealthPage(settings.admin_host, settings.admin_port, checks)
    proofs.start()
    runner = GuardedRunner(app, settings.server_limits, shutdown_timeout=_LAST_PAGES_WITHIN)
    await runner.setup()
    await runner.listen(settings.host, settings.port)
    if settings.admin_port:
        await health.start()
    await until_stopped()
    end_by_force_later(settings.drain_seconds + _LAST_PAGES_WITHIN + _CLOSED_WITHIN)
    health.draining = True
    app[_DRAINING].set()
    await asyncio.sleep(settings.drain_seconds)
    await runner.cleanup()
    await proofs.stop()
    await bus.close()
    await health.stop()
