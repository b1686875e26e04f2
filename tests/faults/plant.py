"""The whole system as real processes, with hands to break it: every part can be killed, stopped, frozen, cut
off and started again.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from faults import readiness
from faults.environment import ROOT, Environment, component_of
from faults.ledger import Ledger
from faults.processes import Processes
from faults.proxy import Proxy
from faults.servers import COMPONENTS, Servers
from faults.smtp_sink import SmtpSink
from faults.supervisor import Ended, Supervisor

from chassis.database.db import Database
from chassis.security.sealing import Sealer

READY_WITHIN = 60.0  # seconds
TOO_MANY_DEATHS = 5  # of its own accord


class DoesNotStart(Exception):
    """A process ends by itself again and again; the text is the end of its log."""


class Plant(Processes):
    """Four services and a gateway over RabbitMQ and PostgreSQL, each process kept running, each with its own
    log and health page.

    A name is a component (`identity`: all its processes) or one process of it (`identity-2`).
    """

    def __init__(
        self,
        servers: Servers,
        folder: Path,
        ledger: Ledger,
        *,
        replicas: dict[str, int] | None = None,
        proxies: Iterable[tuple[str, str]] = (),
        guards_off: Iterable[str] = (),
        disturb: str | None = None,
        environment: Mapping[str, Mapping[str, str]] | None = None,
        checkouts: Mapping[str, Path] | None = None,
    ) -> None:
        """`replicas`: processes by component, 1 where nothing is said. `proxies`: pairs of component and
        `amqp`, `sql` or `smtp`, of which all its processes are given a Proxy's address. `guards_off`,
        `disturb`: see tests/testbuild. `environment`: variables by component or process that win over the
        usual ones. `checkouts`: component or process -> folder of another release.
        """
        self.servers = servers
        self.folder = folder
        self.sink = SmtpSink(ledger)
        counts = {component: (replicas or {}).get(component, 1) for component in COMPONENTS}
        names = [f"{component}-{n + 1}" for component in COMPONENTS for n in range(counts[component])]
        super().__init__(names, ledger)
        self._environment = Environment(servers, self.sink, names, proxies)
        self._environment.use_test_build(guards_off, disturb)
        for component, variables in (environment or {}).items():
            self.environment_of(component).update(variables)
        self._databases: dict[str, Database] = {}
        (folder / "log").mkdir(parents=True, exist_ok=True)
        self._supervisors = {name: self._supervisor(name, checkouts or {}) for name in names}

    # -- starting and ending

    async def start(self) -> None:
        """Returns when every process is ready."""
        await asyncio.gather(
            self.servers.start(), self.sink.start(), *(proxy.start() for proxy in self.proxies.values())
        )
        for supervisor in self._supervisors.values():
            supervisor.start()
        await self.ready(READY_WITHIN)
        self.ledger.note("plant", "ready", processes=len(self.names))

    async def stop(self) -> None:
        """Ends everything at once; the logs and the ledger stay."""
        await asyncio.gather(*(supervisor.end() for supervisor in self._supervisors.values()))
        for database in self._databases.values():
            await database.close()
        await asyncio.gather(self.sink.stop(), *(proxy.stop() for proxy in self.proxies.values()))
        await self.servers.stop()

    def _supervisor(self, name: str, checkouts: Mapping[str, Path]) -> Supervisor:
        component = component_of(name)
        module = component if component == "gateway" else f"services.{component}"
        folder = checkouts.get(name) or checkouts.get(component) or ROOT
        log = self.folder / "log" / f"{name}.log"

        def environment() -> Mapping[str, str]:
            return self._environment.of(name, self._armed.get(component, (None, 0))[0])

        return Supervisor(name, [sys.executable, "-m", module], folder, log, environment, self._note_death)

    # -- looking

    @property
    def proxies(self) -> dict[tuple[str, str], Proxy]:
        """The network between a component and the broker (`amqp`), its database (`sql`) or the relay
        (`smtp`), where one was asked for.
        """
        return self._environment.proxies

    @property
    def gateway_urls(self) -> dict[str, str]:
        """Where each gateway serves its pages, by process."""
        return self._environment.gateway_urls

    def admin_url(self, name: str) -> str:
        """Where a process shows /livez, /readyz and /metrics."""
        return f"http://127.0.0.1:{self._environment.admin_ports[self._one(name)]}"

    async def not_ready(self, name: str = "") -> dict[str, str]:
        """What keeps processes from being ready, by name; empty when all are."""
        return await readiness.missing({each: self.admin_url(each) for each in self.processes_of(name)})

    async def ready(self, within: float = READY_WITHIN, name: str = "") -> float:
        """Waits until every process, or those of `name`, are ready; after how many seconds. Raises
        TimeoutError, DoesNotStart.
        """
        loop = asyncio.get_running_loop()
        began, missing = loop.time(), {"plant": "not asked"}
        while missing:
            missing = await self.not_ready(name)
            self._raise_if_it_never_starts()
            if missing and loop.time() - began > within:
                raise TimeoutError(f"not ready within {within} s: {missing}")
            await asyncio.sleep(0.1 if missing else 0)
        return loop.time() - began

    def _raise_if_it_never_starts(self) -> None:
        for name in self.names:
            if (
                sum(1 for death in self.deaths if death.name == name and death.cause == "itself")
                >= TOO_MANY_DEATHS
            ):
                raise DoesNotStart(f"{name}:\n{self.logs()[name][-2000:]}")

    async def database(self, service: str) -> Database:
        """The service's own database, reached past any proxy."""
        if service not in self._databases:
            self._databases[service] = await Database.open(self.servers.database_url(service), at_most=2)
        return self._databases[service]

    @asynccontextmanager
    async def administered(self, service: str) -> AsyncIterator[Database]:
        """The same database, for the server's administrator."""
        database = await Database.open(self.servers.postgres.url(self.servers.database_name(service)))
        try:
            yield database
        finally:
            await database.close()

    async def forget_databases(self) -> None:
        """The next `database` is opened anew: the server has moved."""
        for database in self._databases.values():
            await database.close()
        self._databases.clear()

    def sealer(self) -> Sealer:
        """Seals for the services of this plant, as another service of it does."""
        return Sealer(self._environment.keys.sealing_public)

    def logs(self) -> dict[str, str]:
        """What each process has written so far."""
        return {
            name: path.read_text("utf-8", "replace")
            for name in self.names
            if (path := self._supervisors[name].log).exists()
        }

    # -- breaking

    async def restart(self, name: str, *, within: float = READY_WITHIN) -> list[Ended]:
        """One process of `name` after the other: SIGTERM, then wait until it is ready again."""
        ended = []
        for each in self.processes_of(name):
            ended.append(await self.terminate(each))
            await asyncio.sleep(0.1)
            await self.ready(within, each)
        return ended

    def environment_of(self, component: str) -> dict[str, str]:
        """Variables of a component or process that win from its next start on: change them in place, then
        `restart`.
        """
        return self._environment.overrides[component]
