"""The gallery, and a browser to look at it."""

from __future__ import annotations

import asyncio
import fcntl
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from journeys.conftest import chromium, folder_for_everybody
from journeys.system import System
from pages.catalogue import SCREENS
from pages.gallery import PORTAL, Gallery, paint

__all__ = ["chromium"]


@pytest.fixture(scope="module", params=SCREENS)
def name(request: pytest.FixtureRequest) -> str:
    """Each screen. All tests of one follow each other, so that a browser loads it once for them."""
    return str(request.param)


@pytest.fixture(scope="session")
async def gallery(run_directory: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Gallery:
    """Every screen, painted on a portal of five processes, of which one can be stopped. It has ended
    before the first test looks. The first worker that asks paints it for all workers of this run.
    """
    own = tmp_path_factory.getbasetemp()
    painted = (own if worker_id == "master" else own.parent) / "gallery"
    async with _turn_at(painted.with_suffix(".lock")):
        if not painted.exists():
            found = await _paint(folder_for_everybody(run_directory, "pages"))
            painted.write_bytes(pickle.dumps(found))
        gallery: Gallery = pickle.loads(painted.read_bytes())
        return gallery


@asynccontextmanager
async def _turn_at(lock: Path) -> AsyncIterator[None]:
    with lock.open("w") as file:
        await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
        yield


async def _paint(folder: Path) -> Gallery:
    running = System(folder, processes=True, **PORTAL)
    try:
        await running.start()
        return await paint(running)
    finally:
        await running.stop()
