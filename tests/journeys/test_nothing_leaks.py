"""After everything that a customer can do: no password, link, session or code anywhere, and what is personal
nowhere but where docs/personal-data.md says (I9, X18).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from journeys.conftest import folder_for_everybody
from journeys.everything_once import Life, Unmistakable, everything_once, only_registers
from journeys.system import System
from support.broker_tap import Tapped, tapped
from support.canaries import SECRET, Canary, columns_of, leaks, leaks_in_columns
from support.owned_columns import VALUES, said_in_clear, said_in_events

from chassis.database.db import Database
from mypage.local.databases import SERVICES
from mypage.local.postgres import PrivatePostgres

LIVES = [
    Unmistakable("7758258258", "07485577585", "ミヤマカケス　タマキ", 4_000),
    Unmistakable("6631963196", "07484466319", "ハシブトガラ　ユタカ", 5_000),
]
NOT_OURS_TO_JUDGE = ("contracts", "statements", "lines", "more", "more_lines", "inbox", "mails")
"""What the operator gave, and what came in the mails."""


@pytest.fixture(params=["one process", "five processes"])
async def own_system(request: pytest.FixtureRequest, run_directory: Path) -> AsyncIterator[System]:
    """With those two contracts and fifteen months of their charges."""
    folder = folder_for_everybody(run_directory, f"leaks-{request.param}")
    running = System(folder, processes=request.param == "five processes", MYPAGE_TRUSTED_PROXIES="1")
    await running.start()
    await running.import_customers(LIVES)
    yield running
    assert await running.stop() == 0


async def test_after_everything_secrets_are_nowhere_and_personal_data_only_with_their_owners(
    own_system: System,
) -> None:
    """Every address, log line, column, queue and dead letter; in five processes every message, too."""
    lives = [Life(own_system, customer) for customer in LIVES]
    if own_system.processes:
        async with tapped(own_system.folder / "rabbitmq") as heard:
            await _live(lives)
    else:
        heard = Tapped()
        await _live(lives)
    canaries = [canary for life in lives for canary in life.canaries]
    assert {canary.kind for canary in canaries} == {SECRET, *VALUES}
    found = leaks_in_messages(heard, canaries)
    found += [leak for life in lives for url in life.visited for leak in in_clear(url, canaries)]
    found += leaks_in_files(own_system.folder, canaries)
    found += await leaks_in_tables(own_system, canaries)
    found = sorted(set(found))
    assert found == [], "\n".join(found)


async def _live(lives: list[Life]) -> None:
    await everything_once(lives[0])
    await only_registers(lives[1])


def in_clear(url: str, canaries: list[Canary]) -> list[str]:
    """Nothing of a customer stands in the address of a page on which he stays."""
    return leaks("an address", url.encode(), canaries, may_hold=frozenset())


def leaks_in_messages(heard: Tapped, canaries: list[Canary]) -> list[str]:
    """Of each message what its type may not say; what waits in a queue is an event."""
    found = []
    for kind, said in heard.published:
        may_hold = said_in_clear().get(kind, frozenset())
        found += leaks(f"message {kind}", said, canaries, may_hold=may_hold)
    for queue, said in heard.held:
        found += leaks(f"queue {queue}", said, canaries, may_hold=said_in_events())
    return found


async def leaks_in_tables(system: System, canaries: list[Canary]) -> list[str]:
    """In every column of the four databases. Each kind is found where it belongs: the search is not blind."""
    server = PrivatePostgres.running_in(system.folder / "postgres")
    assert server
    found, seen = list[str](), set[str]()
    for service in SERVICES:
        database = await Database.open(server.url(f"mypage_{service}"))
        found += await leaks_in_columns(database, service, canaries)
        everything = b"\n".join((await columns_of(database, service)).values())
        seen |= {canary.kind for canary in canaries if canary.is_in(everything)}
        await database.close()
    assert seen >= VALUES
    return found


def leaks_in_files(folder: Path, canaries: list[Canary]) -> list[str]:
    """In every file that the system has written, but for those of PostgreSQL's tables."""
    found, searched = list[str](), set[str]()
    for file in folder.rglob("*"):
        inside = file.relative_to(folder)
        if not file.is_file() or inside.parts[0].partition(".")[0] in NOT_OURS_TO_JUDGE:
            continue
        if inside.parts[0] == "postgres" and file.suffix != ".log":
            continue
        may_hold = said_in_events() if "mnesia" in inside.parts else frozenset[str]()
        found += leaks(str(inside), file.read_bytes(), canaries, may_hold=may_hold)
        searched.add(file.name)
    assert searched >= {"mypage.jsonl", "server.log"}
    return found
