"""What the abuse suite works on: a service by itself, or the whole portal in five processes over RabbitMQ."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from journeys.conftest import folder_for_everybody
from journeys.system import System, some_customers
from pages.catalogue.steps import activate
from pages.town import CONTRACTS, Town
from pages.visitor import Visitor
from support import identity_harness, registration_harness
from support.billing_exports import write_contracts
from support.recovery_on_the_portal import NewVisitor

CHEAP_HASH = {"MYPAGE_PASSWORD_HASH_MEMORY_KIB": "8", "MYPAGE_PASSWORD_HASH_PASSES": "1"}
LIMITS_AS_BUILT_IN = {"MYPAGE_IDENTITY_LIMITS": "{}", "MYPAGE_REGISTRATION_LIMITS": "{}"}
EnterFrom = Callable[[int], Visitor]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes runs with `--abuse` alone."""
    if config.getoption("--abuse"):
        return
    left_out = [item for item in items if item.get_closest_marker("whole_abuse")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
async def identity(fresh_database: Any) -> identity_harness.Harness:
    """Nobody in it yet."""
    return identity_harness.Harness(await fresh_database("identity"))


@pytest.fixture
async def registration(fresh_database: Any) -> registration_harness.Harness:
    """Nobody in it yet."""
    return registration_harness.Harness(await fresh_database("registration"))


@pytest.fixture(scope="package")
async def settled_town(run_directory: Path) -> AsyncIterator[Town]:
    """Five processes behind one proxy, with all limits as they are built in; its member has an account, and
    there are contracts for all the others of these tests.
    """
    folder = folder_for_everybody(run_directory, "guesses")
    told = {"MYPAGE_TRUSTED_PROXIES": "1", "MYPAGE_ENVIRONMENT": "test", **CHEAP_HASH, **LIMITS_AS_BUILT_IN}
    system = System(folder, processes=True, **told)
    await system.start()
    town = Town(system)
    await system.import_customers(some_customers(99))
    town.member = town.new_customer()
    visitor = Visitor(town, 1)
    await activate(visitor, town.member)
    await visitor.close()
    yield town
    await system.stop()


@pytest.fixture
async def fresh_town(settled_town: Town) -> Town:
    """Nobody has failed in it yet, and the member's account is not so new that a log-in is asked again."""
    for service in ("identity", "registration"):
        await settled_town.alter(service, "DELETE FROM throttle_hits")
    await settled_town.alter(
        "registration", "UPDATE provisional_accounts SET completed_at = completed_at - interval '1 minute'"
    )
    return settled_town


@contextmanager
def database_stands_still(town: Town) -> Iterator[None]:
    """Nothing of PostgreSQL runs; its connections stay open."""
    [found] = town.system.folder.glob("**/postmaster.pid")
    postmaster = found.read_text().split()[0]
    status = ((entry.name, entry / "status") for entry in Path("/proc").iterdir() if entry.name.isdigit())
    stopped = [int(postmaster)]
    for pid, file in status:
        with suppress(OSError):
            if f"PPid:\t{postmaster}\n" in file.read_text():
                stopped.append(int(pid))
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
async def enter_from(fresh_town: Town) -> AsyncIterator[EnterFrom]:
    """A browser in the network of that number."""
    entered: list[Visitor] = []

    def enter(network: int) -> Visitor:
        entered.append(Visitor(fresh_town, network))
        return entered[-1]

    yield enter
    for visitor in entered:
        await visitor.close()


@pytest.fixture(scope="module")
async def town(run_directory: Path) -> AsyncIterator[Town]:
    """The portal, and contracts of nobody who has an account."""
    running = System(folder_for_everybody(run_directory, "abuse"), processes=True, MYPAGE_TRUSTED_PROXIES="1")
    await running.start()
    contracts = write_contracts(running.folder / "contracts.csv", some_customers(CONTRACTS))
    code, out = await running.run("contracts", "import", contracts)
    assert code == 0, out
    yield Town(running)
    assert await running.stop() == 0


_numbers = iter(range(1, 10_000))


@pytest.fixture
async def visitor(town: Town) -> AsyncIterator[NewVisitor]:
    """`visitor()`: another browser in a network of its own."""
    made: list[Visitor] = []

    def make() -> Visitor:
        made.append(Visitor(town, next(_numbers)))
        return made[-1]

    yield make
    await asyncio.gather(*(each.close() for each in made))
