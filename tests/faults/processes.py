"""Hands on the processes of a plant: each can be killed, ended, held down, frozen, and made to die at a
failpoint.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from faults.environment import component_of
from faults.ledger import Ledger
from faults.supervisor import Death, Ended, Supervisor


class Processes:
    """Supervised processes by name. A name is a component (`identity`: all its processes) or one process of
    it (`identity-2`).
    """

    def __init__(self, names: Sequence[str], ledger: Ledger) -> None:
        """Whoever derives from this fills `_supervisors`, one for each name."""
        self.names = names
        self.ledger = ledger
        self.deaths: list[Death] = []
        self._supervisors: dict[str, Supervisor] = {}
        self._armed: dict[str, tuple[str, int]] = {}  # component -> failpoint, and how many deaths are left

    def pid(self, name: str) -> int | None:
        """The process that runs now under that name."""
        return self._supervisors[self._one(name)].pid

    def processes_of(self, name: str) -> list[str]:
        """The processes that a name stands for; an empty one for all. KeyError for a name that is none."""
        if found := [each for each in self.names if name in (each, component_of(each), "")]:
            return found
        raise KeyError(name)

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
