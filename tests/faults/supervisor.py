"""One process and the one who starts it again: what Kubernetes does in production."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

STARTED_AGAIN_AFTER = 0.2  # seconds
STOPPED_WITHIN = 30.0  # seconds


@dataclass(frozen=True)
class Death:
    """A process that ended. `signal` is None when it ended by itself; `cause` is kill, terminate, failpoint
    or itself.
    """

    name: str
    at: float  # Unix clock
    signal: int | None
    code: int
    cause: str


@dataclass(frozen=True)
class Ended:
    """How a process answered SIGTERM."""

    code: int
    seconds: float


@dataclass
class Supervisor:
    """Keeps one process running, until it is held or ended."""

    name: str
    command: list[str]
    folder: Path  # where it runs
    log: Path
    environment: Callable[[], Mapping[str, str]]  # asked anew at every start
    on_death: Callable[[Death], None]
    starts: int = 0
    frozen: bool = False
    _process: Process | None = None
    _failpoint: str | None = None
    _cause: str | None = None
    _free: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """From now on it runs."""
        self._free.set()
        self._task = asyncio.create_task(self._keep(), name=f"supervisor.{self.name}")

    @property
    def pid(self) -> int | None:
        """None while it does not run."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def is_armed(self) -> bool:
        """Whether the process that runs now has a failpoint."""
        return self.pid is not None and self._failpoint is not None

    async def _keep(self) -> None:
        while True:
            await self._free.wait()
            environment = self.environment()
            self._failpoint, self._cause = environment.get("MYPAGE_FAILPOINT"), None
            with self.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self.command, cwd=self.folder, env=environment, stdin=asyncio.subprocess.DEVNULL,
                    stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
            self.starts += 1
            self._ended.clear()
            code = await self._process.wait()
            self.frozen = False
            number = -code if code < 0 else None
            died_of_failpoint = number == signal.SIGKILL and self._failpoint is not None
            cause = self._cause or ("failpoint" if died_of_failpoint else "itself")
            self.on_death(Death(self.name, time.time(), number, code, cause))
            self._ended.set()
            await asyncio.sleep(STARTED_AGAIN_AFTER)

    async def _until_running(self) -> Process:
        while self.pid is None:
            if self._task is None or self._task.done():
                raise RuntimeError(f"{self.name} is not kept running")
            await asyncio.sleep(0.01)
        assert self._process
        return self._process

    def hold(self) -> None:
        """The next time it ends it stays down, until `release`."""
        self._free.clear()

    def release(self) -> None:
        """It runs again."""
        self._free.set()

    async def kill(self) -> None:
        """SIGKILL; returns when it is gone. Nothing to do while it does not run."""
        if self.pid is None:
            return
        self._cause = "kill"
        self._send(signal.SIGKILL)
        await self._ended.wait()

    async def terminate(self) -> Ended:
        """SIGTERM, then SIGKILL after 30 s; how it ended."""
        process = await self._until_running()
        began = time.monotonic()
        self._cause = "terminate"
        self._send(signal.SIGTERM)
        if self.frozen:
            self.thaw()
        try:
            await asyncio.wait_for(asyncio.shield(self._ended.wait()), STOPPED_WITHIN)
        except TimeoutError:
            self._send(signal.SIGKILL)
            await self._ended.wait()
        return Ended(process.returncode if process.returncode is not None else -9, time.monotonic() - began)

    def freeze(self) -> None:
        """SIGSTOP: it lives and does nothing."""
        self.frozen = True
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.frozen = False
        self._send(signal.SIGCONT)

    def _send(self, number: int) -> None:
        if self.pid is not None:
            os.kill(self.pid, number)

    async def end(self) -> None:
        """For good: no drain, no new start."""
        if self._task is None:
            return
        self._free.clear()
        self._cause = "terminate"
        self._send(signal.SIGKILL)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._process and self._process.returncode is None:
            await self._process.wait()
