"""What a fault test gets: a plant to break, a seed to break it by, and a folder in which everything is kept
for the post-mortem.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import pytest
from faults.cluster import RabbitCluster
from faults.ledger import Ledger
from faults.plant import Plant
from faults.servers import Servers

from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit

HERE = Path(__file__).parent
# Names of tests that take a guard out and want to see the harm.
PROOF = re.compile(r"test_without_|.*\[without_")
EVIDENCE = HERE.parent.parent / ".faults"
# Begun first, so that no worker is left alone with one at the end.
LONG = (
    "test_f01_death_at_crash_points",
    "test_f02_random_kills",
    "test_f03_broker_dies",
    "test_f06_alarms",
    "test_f26_mail_address",
)
MakePlant = Callable[..., Awaitable[Plant]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only the smoke part, and what the command line names by file; with `--full` every fault, with
    `--proofs` every proof of a guard.
    """
    named = {(Path(config.invocation_params.dir) / arg.partition("::")[0]).resolve() for arg in config.args}
    full, proofs = config.getoption("--full"), config.getoption("--proofs")

    def is_wanted(item: pytest.Item) -> bool:
        if HERE not in item.path.parents or (item.path in named and not full and not proofs):
            return True
        if PROOF.match(item.name):
            return bool(proofs)
        return bool(full or (not proofs and item.get_closest_marker("smoke")))

    left_out = [each for each in items if not is_wanted(each)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if each not in left_out]
    if full:
        items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="module")
async def cluster(run_directory: Path) -> AsyncIterator[RabbitCluster]:
    """Its start takes half a minute."""
    broker = RabbitCluster(run_directory / f"cluster-{uuid4().hex[:8]}")
    try:
        await broker.start()
        yield broker
    finally:
        await broker.kill()


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """What every random choice of the run is made from: `--seed N`, FAULT_SEED, or a fresh one."""
    chosen: int = pytestconfig.getoption("--seed")
    return chosen


@pytest.fixture
def scale(pytestconfig: pytest.Config) -> Literal["smoke", "full"]:
    """How much: a part of a few seconds for every `make test`, or the figures of the design for `make
    faults`.
    """
    return "full" if pytestconfig.getoption("--full") else "smoke"


@pytest.fixture
def evidence(request: pytest.FixtureRequest, seed: int) -> Path:
    """`.faults/<test>-<seed>/`: ledger, logs and imported files stay here, whether the test is red or
    green.
    """
    name = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
    folder = EVIDENCE / f"{name}-{seed}"
    request.node.stash[_FOLDER] = folder
    return folder


@pytest.fixture
def ledger(evidence: Path, seed: int) -> Any:
    """The book of this run."""
    book = Ledger(evidence / "ledger.jsonl", seed=seed)
    yield book
    book.close()


@pytest.fixture
async def make_plant(
    request: pytest.FixtureRequest,
    run_directory: Path,
    postgres: PrivatePostgres,
    rabbit: PrivateRabbit,
    evidence: Path,
    ledger: Ledger,
) -> AsyncIterator[MakePlant]:
    """`await make_plant(replicas={"identity": 2}, ...)`: a started plant with the options of `Plant`.

    It has a virtual host and databases of its own on shared servers; with `own_servers=True` the servers are
    its own too, to be killed at will, with `durable=True` a PostgreSQL that syncs to disk. `broker`: another
    shared one, such as a cluster.
    """
    async with AsyncExitStack() as stack:

        async def make(
            *,
            own_servers: bool = False,
            durable: bool = False,
            broker: PrivateRabbit = rabbit,
            **options: Any,
        ) -> Plant:
            if own_servers:
                servers = Servers.own(
                    run_directory / "own" / f"{evidence.name}-{len(started)}", durable=durable
                )
            else:
                shared = run_directory / "shared"
                shared.mkdir(exist_ok=True)
                servers = Servers(broker, postgres, shared, are_own=False)
            plant = Plant(servers, evidence, ledger, **options)
            started.append(plant)
            stack.push_async_callback(plant.stop)
            await plant.start()
            return plant

        started: list[Plant] = []
        yield make


@pytest.fixture
async def plant(make_plant: MakePlant) -> Plant:
    """One process of each component on the shared servers."""
    return await make_plant()


_FOLDER = pytest.StashKey[Path]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A red test says where its evidence lies and how to see the same again."""
    report = yield
    folder = item.stash.get(_FOLDER, None)
    if report.failed and folder is not None:
        full = " --full" if item.config.getoption("--full") else ""
        replay = f"python -m pytest '{item.nodeid}' --seed {item.config.getoption('--seed')}{full}"
        report.sections.append(("fault suite", f"evidence: {folder}\nreplay:   {replay}"))
    return report
