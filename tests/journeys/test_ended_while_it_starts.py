"""`mypage up` is told to end at each moment of its start, and nothing that it had started lives on."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from journeys.conftest import folder_for_everybody
from journeys.system import System

from mypage.local.ports import is_free

TERM, INT, HUP = signal.SIGTERM, signal.SIGINT, signal.SIGHUP
ENDS = (
    (TERM,),
    (INT, INT),
    (HUP, TERM, INT),
)  # a service manager, an impatient user, a terminal that is closed
Moment = Callable[[System], bool]
MOMENTS: dict[str, Moment] = {
    "the log is opened": lambda it: (it.folder / "log" / "mypage.jsonl").exists(),
    "initdb works": lambda it: bool([*it.folder.glob("postgres/postgres*")]),
    "the server is remembered": lambda it: (it.folder / "postgres" / "postgres.json").exists(),
    "the server begins": lambda it: (it.folder / "postgres" / "postgres" / "server.log").exists(),
    "the server has a process": lambda it: (it.folder / "postgres" / "postgres" / "postmaster.pid").exists(),
    "databases are made": lambda it: (it.folder / "databases.json").exists(),
    "mails are taken": lambda it: not is_free(it.inbox_port),
    "keys are made": lambda it: (it.folder / "keys.json").exists(),
    "contracts are there": lambda it: (it.folder / "demo.loaded").exists(),
    "the portal answers": lambda it: not is_free(it.port),
}
MOMENTS_OF_PROCESSES: dict[str, Moment] = {
    "the broker is remembered": lambda it: (it.folder / "rabbitmq" / "rabbitmq.json").exists(),
    "the port mapper begins": lambda it: (it.folder / "rabbitmq" / "out").exists(),
    "the broker has a process": lambda it: (it.folder / "rabbitmq" / "pid").exists(),
    "the components begin": lambda it: (it.folder / "log" / "processes.jsonl").exists(),
}


def at_each(moments: dict[str, Moment]) -> list[Any]:
    """Each moment with one of the ends."""
    return [
        pytest.param(moment, end, id="-".join([moment.replace(" ", "-"), *(each.name for each in end)]))
        for moment, end in zip(moments, cycle(ENDS), strict=False)
    ]


@pytest.fixture(autouse=True)
def a_terminal_that_may_close() -> Iterator[None]:
    """Also where these tests were started by nohup, whose children would ignore SIGHUP."""
    before = signal.signal(HUP, signal.SIG_DFL)
    yield
    signal.signal(HUP, before)


@pytest.fixture
def walkable(run_directory: Path) -> Path:
    """A folder of its own."""
    return folder_for_everybody(run_directory, "ended")


def living(folder: Path) -> list[str]:
    """The command lines of what works there: the folder stands in them, or in what they were told."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            environment = (process / "environ").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue  # it has ended meanwhile
        if str(folder) in line or str(folder) in environment:
            found.append(line)
    return found


async def tell_at(system: System, moment: Moment, *signals: signal.Signals) -> int:
    """Starts it, sends the signals one after the other once the moment has come; the exit code."""
    process = await system.begin()
    async with asyncio.timeout(120):
        while not moment(system):
            assert process.returncode is None, "mypage up ended by itself"
            await asyncio.sleep(0.005)
        for number in signals:
            process.send_signal(number)
            await asyncio.sleep(0)
        return await process.wait()


@pytest.mark.parametrize(("moment", "signals"), at_each(MOMENTS))
async def test_nothing_is_left_of_a_start_that_was_ended(
    walkable: Path, moment: str, signals: tuple[signal.Signals, ...]
) -> None:
    """The next start finds all as it was."""
    system = System(walkable, processes=False)
    assert await tell_at(system, MOMENTS[moment], *signals) == 0
    assert living(walkable) == []


@pytest.mark.parametrize(("moment", "signals"), at_each(MOMENTS_OF_PROCESSES))
async def test_no_broker_is_left_of_a_start_that_was_ended(
    walkable: Path, moment: str, signals: tuple[signal.Signals, ...]
) -> None:
    """Nor a port mapper, nor one of the five processes."""
    system = System(walkable, processes=True)
    assert await tell_at(system, MOMENTS_OF_PROCESSES[moment], *signals) == 0
    assert living(walkable) == []


async def test_it_starts_after_a_start_that_was_ended_halfway(walkable: Path) -> None:
    """With what the first one had made, or without."""
    system = System(walkable, processes=False)
    await tell_at(system, MOMENTS["initdb works"], TERM)
    await tell_at(system, MOMENTS["databases are made"], HUP)
    await system.start()
    assert await system.stop() == 0
    assert living(walkable) == []
