"""The whole system on one machine: in one process on the in-process transport, or as five processes over
RabbitMQ.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from chassis.messaging.memory import MemoryBus
from chassis.messaging.rabbit import RabbitBus
from chassis.process.logger import Logger
from chassis.process.logs import set_up_logs, watch_event_loop
from chassis.process.loops import ended_loops, run_for_ever, until_a_loop_ends
from chassis.process.runner import RunningComponent
from chassis.process.settings import load
from chassis.web.guarded_server import GuardedRunner
from gateway.app import build_app
from gateway.settings import Settings as GatewaySettings
from messages.topology import TOPOLOGY
from mypage.errors import MissingPart
from mypage.local.backing_services import BackingServices, broker_urls, local_backing_services
from mypage.local.components import (
    build_service,
    gateway_settings,
    process_environment,
    public_url,
    service_settings,
)
from mypage.local.databases import SERVICES
from mypage.local.demo import load_demo_once
from mypage.local.interruption import until_told_to_end
from mypage.local.ports import answers, free_ports, require_free
from mypage.local.supervision import die_with_parent
from mypage.local.welcome import say_goodbye, say_welcome
from mypage.settings import LocalSettings

_log = Logger()
_ROOT = Path(__file__).parents[2]
_STOP_WITHIN = 30.0  # seconds
_OPEN_WITHIN = 60  # seconds


async def up(settings: LocalSettings, *, processes: bool) -> None:
    """Runs until SIGTERM, Ctrl-C or the end of its terminal, then lets everything finish what it has in hand.
    Data stay in the data directory.
    """
    await until_told_to_end(_up(settings, processes=processes), heard=say_goodbye)


async def _up(settings: LocalSettings, *, processes: bool) -> None:
    require_free(settings.port, "MYPAGE_PORT")
    if settings.smtp_url is None:
        require_free(settings.inbox_port, "MYPAGE_INBOX_PORT")
    (settings.data_dir / "log").mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "log" / "mypage.jsonl").open("a", buffering=1, encoding="utf-8") as log:
        set_up_logs(settings.log_level, stream=log)
        watch_event_loop(asyncio.get_running_loop())
        async with local_backing_services(settings) as backing:
            if settings.wants_own_database:  # a database of somebody's own is nobody's playground
                marker = settings.data_dir / "demo.loaded"
                await load_demo_once(backing.database_urls, settings.database_route, marker)
            running = five_processes(settings, backing) if processes else one_process(settings, backing)
            async with running:
                say_welcome(
                    settings.company.service_name,
                    public_url(settings),
                    backing.mailcatcher_url,
                    processes=processes,
                )
                await until_a_loop_ends()
    if ended := ended_loops():
        raise MissingPart(f"内部の処理が終了しました（{'、'.join(ended)}）。記録を見てください: {log.name}")


@asynccontextmanager
async def one_process(settings: LocalSettings, backing: BackingServices) -> AsyncIterator[None]:
    """All five components in this event loop, on the given broker or on none."""
    bus = (
        RabbitBus(settings.amqp_url.get_secret_value(), shared_user=True, ca_file=settings.amqp_ca_file)
        if settings.amqp_url
        else MemoryBus(TOPOLOGY)
    )
    if isinstance(bus, RabbitBus):
        bus.start()
    running: list[RunningComponent] = []
    for name in SERVICES:
        told = service_settings(name, settings, backing, amqp_url="amqp://none")
        running.append(RunningComponent(await build_service(name, told), bus))
    for component in running:
        component.start()
    portal = load(GatewaySettings, **gateway_settings(settings, backing, amqp_url="amqp://none"))
    gateway = GuardedRunner(await build_app(portal, bus), portal.server_limits, shutdown_timeout=10)
    await gateway.setup()
    await gateway.listen("127.0.0.1", settings.port)
    try:
        yield
    finally:
        await gateway.cleanup()
        # Together: what one says while it ends, another may still hear; the rest is said at the next start.
        await asyncio.gather(*(component.stop() for component in running))
        await bus.close()


@asynccontextmanager
async def five_processes(settings: LocalSettings, backing: BackingServices) -> AsyncIterator[None]:
    """Each component as a process of its own, told all by its environment, started again when it dies."""
    async with AsyncExitStack() as stack:
        brokers = await stack.enter_async_context(broker_urls(settings))
        admin_ports = dict(zip((*SERVICES, "gateway"), free_ports(5), strict=True))
        told = {
            name: service_settings(name, settings, backing, amqp_url=brokers[name]) for name in SERVICES
        } | {"gateway": gateway_settings(settings, backing, amqp_url=brokers["gateway"])}
        log = stack.enter_context((settings.data_dir / "log" / "processes.jsonl").open("ab"))
        supervisors = []
        for name, values in told.items():
            environment = process_environment(name, values, os.environ, admin_port=admin_ports[name])
            module = name if name == "gateway" else f"services.{name}"
            supervisors.append(run_for_ever(_keep_running(module, environment, log.fileno()), name=name))
        try:
            await _until_open(settings.port, log.name)
            yield
        finally:
            for supervisor in supervisors:
                supervisor.cancel()
            await asyncio.gather(*supervisors, return_exceptions=True)


async def _keep_running(module: str, environment: dict[str, str], log: int) -> None:
    while True:
        starting = asyncio.ensure_future(_started(module, environment, log))
        try:
            code = await (await asyncio.shield(starting)).wait()
        except asyncio.CancelledError:
            process = await starting
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_WITHIN)
            except TimeoutError:
                process.kill()
            raise
        _log.error("process.ended", module=module, code=code)
        await asyncio.sleep(1)


async def _started(module: str, environment: dict[str, str], log: int) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # nothing that lies about in this folder is a module of ours
        "-m",
        module,
        env={**environment, "PYTHONPATH": _where_we_are(environment)},
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


def _where_we_are(environment: Mapping[str, str]) -> str:
    """Where the child finds our packages from this same folder, in which the paths of settings begin."""
    return os.pathsep.join(filter(None, [str(_ROOT), environment.get("PYTHONPATH")]))


async def _until_open(port: int, log: str) -> None:
    """Returns when the gateway answers. Raises MissingPart, naming the log, when it takes over a minute."""
    for _ in range(_OPEN_WITHIN * 10):
        if await asyncio.to_thread(answers, port):
            return
        await asyncio.sleep(0.1)
    raise MissingPart(f"ゲートウェイが起動しません。記録を見てください: {log}")
