"""The whole system as real processes, with hands to break it: every part can be killed, stopped, frozen, cut
off and started again.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from faults import readiness
from faults.environment import ROOT, Environment, component_of
from faults.ledger import Ledger
from faults.proxy import Proxy
from faults.servers import COMPONENTS, Servers
from faults.smtp_sink import SmtpSink
from faults.supervisor import Death, Ended, Supervisor

from chassis.database.db import Database
from chassis.security.sealing import Sealer

READY_WITHIN = 60.0  # seconds
TOO_MANY_DEATHS = 5  # of its own accord


class DoesNotStart(Exception):
    """A process ends by itself again and again; the text is the end of its log."""


class Plant:
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
        self.ledger = ledger
        self.sink = SmtpSink(ledger)
        self.deaths: list[Death] = []
        counts = {component: (replicas or {}).get(component, 1) for component in COMPONENTS}
        self.names = [f"{component}-{n + 1}" for component in COMPONENTS for n in range(counts[component])]
        self._environment = Environment(servers, self.sink, self.names, proxies)
        self._environment.use_test_build(guards_off, disturb)
        for component, variables in (environment or {}).items():
            self.environment_of(component).update(variables)
        self._armed: dict[
            str, tuple[str, int]
        ] = {}  # component -> failpoint, and how many deaths by it are still wanted
        self._databases: dict[str, Database] = {}
        (folder / "log").mkdir(parents=True, exist_ok=True)
        self._supervisors = {name: self._supervisor(name, checkouts or {}) for name in self.names}

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

    def pid(self, name: str) -> int | None:
        """The process that runs now under that name."""
        return self._supervisors[self._one(name)].pid

    def processes_of(self, name: str) -> list[str]:
        """The processes that a name stands for; an empty one for all. KeyError for a name that is none."""
        if found := [each for each in self.names if name in (each, component_of(each), "")]:
            return found
        raise KeyError(name)

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

    async def kill(self, name: str) -> None:
        """SIGKILL; the supervisor starts it again after 0.2 s unless it is held."""
        self.ledger.done(name, "kill")
        await asyncio.gather(*(self._supervisors[each].kill() for each in self.processes_of(name)))

    async def terminate(self, name: str) -> Ended:
        """SIGTERM to one process; its exit code and how long it took."""
        self.ledger.done(name, "terminate")
        ended = await self._supervisors[self._one(name)].terminate()
        self.ledger.note(name, "ended", code=ended.code, seconds=round(ended.seconds, 2))
        return ended

    async def restart(self, name: str, *, within: float = READY_WITHIN) -> list[Ended]:
        """One process of `name` after the other: SIGTERM, then wait until it is ready again."""
        ended = []
        for each in self.processes_of(name):
            ended.append(await self.terminate(each))
            await asyncio.sleep(0.1)
            await self.ready(within, each)
        return ended

    def hold(self, name: str) -> None:
        """What dies from now on stays down."""
        self.ledger.done(name, "hold")
        for each in self.processes_of(name):
            self._supervisors[each].hold()

    def release(self, name: str) -> None:
        """It is started again."""
        self.ledger.done(name, "release")
        for each in self.processes_of(name):
            self._supervisors[each].release()

    def freeze(self, name: str) -> None:
        """SIGSTOP: it keeps its connections and does nothing."""
        self.ledger.done(name, "freeze")
        for each in self.processes_of(name):
            self._supervisors[each].freeze()

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        self.ledger.done(name, "thaw")
        for each in self.processes_of(name):
            self._supervisors[each].thaw()

    def environment_of(self, component: str) -> dict[str, str]:
        """Variables of a component or process that win from its next start on: change them in place, then
        `restart`.
        """
        return self._environment.overrides[component]

    def use_checkout(self, folder: Path) -> None:
        """Every process is of that release from its next start on."""
        for supervisor in self._supervisors.values():
            supervisor.folder = folder

    async def arm(self, component: str, failpoint: str, *, deaths: int = 1) -> None:
        """Restarts the component's processes with a failpoint, again and again until so many have died of it,
        then without.
        """
        self.ledger.done(component, "arm", failpoint=failpoint, deaths=deaths)
        self._armed[component] = (failpoint, deaths)
        await asyncio.gather(*(self._supervisors[each].terminate() for each in self.processes_of(component)))

    async def died_of_it(self, component: str, within: float) -> None:
        """Waits until all the wanted deaths have been seen and no armed process is left. Raises
        TimeoutError.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + within
        while component in self._armed:
            if loop.time() > ends:
                failpoint, left = self._armed.pop(component)
                raise TimeoutError(
                    f"{component} was to die {left} more times of {failpoint} within {within} s"
                )
            await asyncio.sleep(0.05)
        await asyncio.gather(
            *(
                self._supervisors[each].terminate()
                for each in self.processes_of(component)
                if self._supervisors[each].is_armed
            )
        )

    def _note_death(self, death: Death) -> None:
        self.deaths.append(death)
        self.ledger.done(death.name, "death", signal=death.signal, code=death.code, cause=death.cause)
        component = component_of(death.name)
        if death.cause == "failpoint" and component in self._armed:
            failpoint, left = self._armed.pop(component)
            if left > 1:
                self._armed[component] = (failpoint, left - 1)

    def _one(self, name: str) -> str:
        found = self.processes_of(name)
        if len(found) != 1:
            raise KeyError(f"{name} stands for several processes: {found}")
        return found[0]
