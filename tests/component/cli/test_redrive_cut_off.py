"""`mypage dead redrive`, ended between any two steps of its work on a letter."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from broker_of_dead_letters import DEAD_QUEUE, QUEUE, WAITING_ROOM, Broker, body
from held_wire import Place, held_wire

ROOT = Path(__file__).parents[3]
LETTERS = 5
CUT_AT = 3  # of these, counted from one: some are through, some have not begun
HANGS_AFTER = 60.0  # seconds: measures nothing, and ends a test that is red already


def _hears_ctrl_c() -> None:
    """Tests that a shell runs in the background ignore SIGINT, and so would what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def redrive_until(
    place: Place, ended_by: signal.Signals, broker: Broker, folder: Path
) -> tuple[str, str]:
    """Runs the command to that place in its work on letter CUT_AT, and ends it there. Both its outputs."""
    port = broker.rabbit.amqp_port
    async with held_wire(port, place, CUT_AT) as wire, asyncio.timeout(HANGS_AFTER):
        told = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
        for name, address in broker.environment.items():
            told[name] = address.replace(f":{port}/", f":{wire.port}/")
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mypage", "dead", "redrive", QUEUE),
            cwd=folder,
            env=told,
            preexec_fn=_hears_ctrl_c,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        ended = asyncio.create_task(running.communicate())
        stands_there = asyncio.create_task(wire.reached.wait())
        await asyncio.wait({ended, stands_there}, return_when=asyncio.FIRST_COMPLETED)
        stands_there.cancel()
        assert not ended.done(), f"it came to its end and never to the {place.name}: {ended.result()}"
        running.send_signal(ended_by)
        said, complained = await ended
    assert running.returncode == (-ended_by if ended_by is signal.SIGKILL else 130)
    return said.decode(), complained.decode()


async def lie_until(
    broker: Broker, ids: list[str], *, back: list[int], dead: list[int]
) -> tuple[list[int], list[int]]:
    """Which letters are on their way to work and which are dead, as soon as these are among them: the broker
    puts back what the command had in hand a moment after its end.
    """
    found_back, found_dead = set[int](), set[int]()
    with suppress(TimeoutError):  # what is missing then is what the assertion shows
        async with asyncio.timeout(HANGS_AFTER):
            while not (found_back.issuperset(back) and found_dead.issuperset(dead)):
                for queue in (WAITING_ROOM, QUEUE):  # ten seconds in the one, then in the other
                    found_back |= {ids.index(str(each.message_id)) for each in await broker.take(queue)}
                found_dead |= {ids.index(str(each.message_id)) for each in await broker.take(DEAD_QUEUE)}
                await asyncio.sleep(0.05)
    return sorted(found_back), sorted(found_dead)


@pytest.mark.parametrize(
    ("place", "ended_by", "copied", "acknowledged"),
    [
        (Place.COPY, signal.SIGKILL, CUT_AT - 1, CUT_AT - 1),  # the copy dies with the process
        (Place.COPY, signal.SIGINT, CUT_AT, CUT_AT - 1),  # it had left, and arrives
        (Place.CONFIRMATION, signal.SIGKILL, CUT_AT, CUT_AT - 1),
        (Place.CONFIRMATION, signal.SIGINT, CUT_AT, CUT_AT - 1),
        (Place.ACKNOWLEDGEMENT, signal.SIGKILL, CUT_AT, CUT_AT - 1),
        (Place.ACKNOWLEDGEMENT, signal.SIGINT, CUT_AT, CUT_AT),  # it had left, and arrives
    ],
)
async def test_a_redrive_that_is_cut_off_loses_nothing(
    broker: Broker, tmp_path: Path, place: Place, ended_by: signal.Signals, copied: int, acknowledged: int
) -> None:
    """By a crash or by Ctrl-C: every letter is dead or back at work, and at worst the one in hand is both."""
    ids = await broker.bury(*(body() for _ in range(LETTERS)))
    said, complained = await redrive_until(place, ended_by, broker, tmp_path)
    assert ended_by is signal.SIGKILL or "件を identity.events に戻しました" in said
    assert "Traceback" not in complained
    # Which letters are where follows from the place; that the two overlap proves that the cut was in between.
    legal = {"back": [*range(copied)], "dead": [*range(acknowledged, LETTERS)]}
    back, dead = await lie_until(broker, ids, **legal)
    assert {*back, *dead} == {*range(LETTERS)}, f"a letter is lost: {back} are back, {dead} are dead"
    assert {"back": back, "dead": dead} == legal
