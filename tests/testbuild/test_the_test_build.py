"""The test build does what it says, or does not start: a guard that silently stays on would prove nothing."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from testbuild.disturbances import disturb, order_of
from testbuild.guards_off import GUARDS

from chassis.messaging.bus import Delivery
from chassis.messaging.dispatch import Dispatch
from chassis.messaging.memory import MemoryBus
from chassis.messaging.message import Outgoing
from chassis.messaging.topology import EVENTS
from messages.topology import TOPOLOGY

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def start(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A Python of the test build that runs a line of code."""
    environment = {**os.environ, "PYTHONPATH": str(HERE), **variables}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_every_guard_still_stands_where_the_test_build_takes_it_out(guard: str) -> None:
    """The module has changed in the process that was told so, and in no other one."""
    modules = ", ".join(module for module, _ in GUARDS[guard])
    loaders = f"(type(sys.modules[m].__loader__).__name__ for m in '{modules}'.split(', '))"
    touched = f"import sys, {modules}; print(*sorted{loaders})"
    switched_off, product = start(touched, TESTBUILD_GUARD_OFF=guard), start(touched)
    assert switched_off.returncode == 0, switched_off.stderr
    assert set(switched_off.stdout.split()) == {"Patching"}
    assert "Patching" not in product.stdout


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_every_guard_is_proven_by_the_fault_suite(guard: str) -> None:
    """A guard that no test takes out may be no guard at all."""
    tests = [path.read_text(encoding="utf-8") for path in (HERE.parent / "faults").glob("test_*.py")]
    assert any(re.search(rf"[\".]{guard}\b", text) for text in tests)


@pytest.mark.parametrize("variable", ["TESTBUILD_GUARD_OFF", "TESTBUILD_DISTURB", "TESTBUILD_CLOCK"])
def test_an_unknown_name_ends_the_process_with_a_sentence(variable: str) -> None:
    """And nothing of the product has run."""
    ended = start("print('ran')", **{variable: "no_such_thing"})
    assert ended.returncode == 2
    assert "no_such_thing" in ended.stderr
    assert ended.stdout == ""


def test_a_wrong_clock_is_wrong_by_what_it_was_told_and_jumps_when_it_was_told() -> None:
    """In that process alone; durations stay right."""
    code = (
        "import time; from chassis.process.clock import SystemClock; "
        "off = lambda: round(SystemClock().now().timestamp() - time.time()); "
        "first = off(); time.sleep(0.3); print(first, off())"
    )
    assert start(code, TESTBUILD_CLOCK="600:0.2:-600").stdout.split() == ["600", "-600"]
    assert start(code, TESTBUILD_CLOCK="600").stdout.split() == ["600", "600"]
    assert start(code).stdout.split() == ["0", "0"]


async def deliveries(disturbance: str, count: int) -> list[int]:
    """In which order a disturbed consumer gets `count` events, by the number of their publishing."""
    ids, got, tasks = [str(uuid4()) for _ in range(count)], list[int](), list[asyncio.Task[Any]]()

    class Recording(Dispatch):
        def event(self, delivery: Delivery) -> None:
            got.append(ids.index(delivery.message.message_id))
            tasks.append(asyncio.create_task(delivery.ack()))  # type: ignore[arg-type]

    disturb(Recording, order_of(disturbance))
    bus = MemoryBus(TOPOLOGY)
    queue = next(each for each in TOPOLOGY.work_queues() if each.name == "identity.events")
    await bus.consume(queue, Recording(bus, None, {}, name="identity").event, at_most=50)
    for message_id in map(UUID, ids):
        key = queue.bindings[0][1]
        await bus.publish(
            Outgoing(exchange=EVENTS, routing_key=key, type=key, message_id=message_id, body=b"{}"), within=1
        )
    async with asyncio.timeout(5):
        while len(set(got)) < count:
            await asyncio.sleep(0.01)
    await asyncio.gather(*tasks)
    await bus.close()
    return got


async def test_twice_gives_every_event_to_the_handler_twice_and_acknowledges_it_once() -> None:
    """The twin follows its original."""
    got = await deliveries("twice", 5)
    assert got[0::2] == got[1::2]
    assert len(got) == 10


async def test_a_shuffle_loses_nothing_and_changes_the_order() -> None:
    """Ten at a time; the rest of a group does not wait for long."""
    got = await deliveries("shuffle:10:7", 25)
    assert len(got) == len(set(got)) == 25
    assert got != sorted(got)
