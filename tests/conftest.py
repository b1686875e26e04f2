"""Real parts for every test: a private PostgreSQL and a private RabbitMQ, on free ports and in directories of
this run alone.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from support.fresh_databases import fresh_database, template_of, used_databases  # noqa: F401 - fixtures
from support.place_of_a_run import Place, bring_programs, left_outside, take_place

from chassis.process.logger import UNDECIDED, Outlet, lead_to
from mypage.local import ports
from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit

PLACE = pytest.StashKey[Place]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the fault suite (tests/faults/README.md) and of the neighbours."""
    chosen = int(os.environ.get("FAULT_SEED", random.randrange(1, 1_000_000)))
    parser.addoption(
        "--seed",
        type=int,
        default=chosen,
        help="what the fault suite makes its random choices from (also FAULT_SEED)",
    )
    parser.addoption(
        "--full", action="store_true", help="run every fault at full size, not only the smoke part"
    )
    parser.addoption(
        "--proofs",
        action="store_true",
        help="run the proofs of the guards: without each of them something is found",
    )
    parser.addoption("--abuse", action="store_true", help="run the abuse suite whole, not only what is quick")
    parser.addoption(
        "--neighbours",
        action="store_true",
        help="run the portal beside every real program, not only those of the smoke part",
    )
    parser.addoption(
        "--broker",
        type=int,
        choices=(4,),
        help="the major version of RabbitMQ to run against; without it the machine's own",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Chooses the broker, and a place for this run."""
    if config.getoption("--broker") and not hasattr(config, "workerinput"):  # workers inherit it
        _use_broker_4()
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        _take_place(config)  # who only hands tests to workers starts nothing


def _use_broker_4() -> None:
    """Every node of this run, and of what it starts, is a RabbitMQ 4. Where there is none, this run ends."""
    found = subprocess.run(
        [Path(__file__).parent / "broker_4" / "set_up.sh"], stdout=subprocess.PIPE, text=True, check=False
    )
    if found.returncode:
        raise pytest.UsageError("there is no RabbitMQ 4 to run against")
    os.environ["RMQ_BIN"] = found.stdout.strip()


def _take_place(config: pytest.Config) -> None:
    """Every process of tests on this machine takes its ports from a range of its own, as nothing reserves a
    free one before it is used, and all that it makes for a while it makes in a directory of its own.
    """
    usual = Path(tempfile.gettempdir())
    try:
        place = take_place(usual)
    except LookupError as error:
        raise pytest.UsageError(str(error)) from None
    config.add_cleanup(place.leave)
    config.stash[PLACE] = place
    ports._LOWEST, ports._HIGHEST = place.ports.start, place.ports.stop
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(usual))  # `tmp_path` stays: it is read after a failure
    os.environ["TMPDIR"] = tempfile.tempdir = str(place.folder)
    bring_programs(place)


hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


def pytest_report_header(config: pytest.Config) -> str:
    """The seed of this run."""
    return f"fault seed: {config.getoption('--seed')}"


@pytest.fixture(scope="session")
def run_directory(pytestconfig: pytest.Config) -> Path:
    """A directory that every server of this run may use, gone afterwards."""
    folder = pytestconfig.stash[PLACE].folder / "servers"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The directory of this run goes when its last test has ended: later a worker has no time any more.
    A server in a directory that PostgreSQL's user cannot walk to, such as `tmp_path`, would leave its data in
    /var/lib for ever: take one in `run_directory`.
    """
    yield
    place = pytestconfig.stash[PLACE]
    left = [
        each for folder in (place.folder, tmp_path_factory.getbasetemp()) for each in left_outside(folder)
    ]
    for each in left:
        shutil.rmtree(each)
    place.clear()
    assert not left, f"data of this run's servers stood in {left}"


@pytest.fixture(scope="session")
async def postgres(run_directory: Path) -> AsyncIterator[PrivatePostgres]:
    """One PostgreSQL for the whole run."""
    server = PrivatePostgres(run_directory / "postgres", durable=False)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="session")
async def rabbit(run_directory: Path) -> AsyncIterator[PrivateRabbit]:
    """One RabbitMQ node for the whole run."""
    node = PrivateRabbit(run_directory / "rabbit")
    await node.start()
    yield node
    await node.kill()  # its data go anyway, and a clean stop takes six seconds


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """What a test does to the logs of this process, such as another level, no other test sees. A test that
    fails shows what was said.
    """
    lead_to(Outlet(print, least=0))
    yield
    lead_to(UNDECIDED)
