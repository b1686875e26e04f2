"""Real parts for every test: a private PostgreSQL and a private RabbitMQ, on free ports and in directories of
this run alone.
"""

from __future__ import annotations

import fcntl
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

from chassis.process.logger import UNDECIDED, Outlet, lead_to
from mypage.local import ports
from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit


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
    """Chooses the broker, and a range of ports."""
    if config.getoption("--broker") and not hasattr(config, "workerinput"):  # workers inherit it
        _use_broker_4()
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        _claim_ports(config)  # who only hands tests to workers starts nothing


def _use_broker_4() -> None:
    """Every node of this run, and of what it starts, is a RabbitMQ 4. Where there is none, this run ends."""
    found = subprocess.run(
        [Path(__file__).parent / "broker_4" / "set_up.sh"], stdout=subprocess.PIPE, text=True, check=False
    )
    if found.returncode:
        raise pytest.UsageError("there is no RabbitMQ 4 to run against")
    os.environ["RMQ_BIN"] = found.stdout.strip()


def _claim_ports(config: pytest.Config) -> None:
    """Every process of tests on this machine takes its ports from a range of its own: nothing reserves a free
    one before it is used.
    """
    room = 1_000
    for lowest in range(ports._LOWEST, ports._HIGHEST, room):
        claim = open(Path(tempfile.gettempdir()) / f"mypage-test-ports-{lowest}-of-{os.getuid()}", "w")  # noqa: SIM115 - held to the end
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            continue
        config.add_cleanup(claim.close)
        ports._LOWEST, ports._HIGHEST = lowest, lowest + room
        return
    raise pytest.UsageError("too many test runs on this machine: none of the port ranges is left")


hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


def pytest_report_header(config: pytest.Config) -> str:
    """The seed of this run."""
    return f"fault seed: {config.getoption('--seed')}"


@pytest.fixture(scope="session")
def run_directory() -> Iterator[Path]:
    """A directory that every server of this run may use, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mypage-test-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when the tests run as root
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


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
