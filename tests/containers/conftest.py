"""An engine, and the portal that a fresh clone becomes on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from containers.arrangement import Arrangement
from containers.engine.engines import Engine
from containers.engine.engines import engine as any_engine
from containers.engine.images import fresh_clone, provide_images
from journeys.conftest import chromium as chromium
from journeys.system import some_customers


@pytest.fixture(scope="session")
def engine(pytestconfig: pytest.Config) -> Iterator[Engine]:
    """Says which it is, and which images are stand-ins."""
    with any_engine() as found:
        what = [f"  {tag}: {is_what}" for tag, is_what in provide_images(found).items()]
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print("", f"containers run on {found}", *what, sep="\n")  # noqa: T201 - whoever runs it is told
        yield found


@pytest.fixture(scope="session")
def arrangement(engine: Engine) -> Iterator[Arrangement]:
    """The head of docker-compose.yml, to the letter; every service is healthy then."""
    checkout = fresh_clone(engine.folder / "mypage")
    running = Arrangement(engine, checkout, iter(some_customers(20)))
    try:
        engine.run("sh", "deploy/compose/setup.sh", "--dev", at=checkout)
        running.compose("up", "--build", "--wait")
        yield running
    finally:
        engine.try_to(
            "docker", "compose", "--profile", "*", "down", "--volumes", at=checkout, **running.environment
        )
