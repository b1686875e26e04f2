"""What a test with a neighbour gets: a portal behind it, a private authority, a browser that trusts it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from faults.servers import Servers
from journeys.conftest import CHROMIUM_FLAGS
from neighbours.portal import HOST, Portal, portal_at
from neighbours.programs import program
from playwright.async_api import Page, async_playwright
from support.private_authority import Authority, Certificate

from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit

HERE = Path(__file__).parent
MakePortal = Callable[..., Awaitable[Portal]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only the smoke part, and what the command line names by file; with `--neighbours` all of it."""
    if config.getoption("--neighbours"):
        return
    named = {(Path(config.invocation_params.dir) / arg.partition("::")[0]).resolve() for arg in config.args}
    left_out = [
        each
        for each in items
        if HERE in each.path.parents and each.path not in named and not each.get_closest_marker("smoke")
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if each not in left_out]


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, run_directory: Path) -> Path:
    """A folder of this test file; Postfix and PostgreSQL look into it as other users."""
    made = run_directory / f"neighbour-{request.path.stem}"
    made.mkdir(mode=0o755)
    return made


@pytest.fixture(scope="module")
async def pooled_server(
    run_directory: Path, request: pytest.FixtureRequest
) -> AsyncIterator[PrivatePostgres]:
    """A PostgreSQL of this test file alone: its databases and roles are called as in production."""
    server = PrivatePostgres(run_directory / f"{request.path.stem}-server", durable=False)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    """Who signs the neighbour's certificate."""
    return Authority(folder / "tls")


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Certificate:
    """The neighbour's, for the portal's name."""
    return authority.issue(HOST, "127.0.0.1")


@pytest.fixture
async def page(certificate: Certificate) -> AsyncIterator[Page]:
    """A fresh Chromium that finds the portal's name on this machine and believes its certificate alone."""
    trust = f"--ignore-certificate-errors-spki-list={certificate.key_hash}"
    flags = [*CHROMIUM_FLAGS, f"--host-resolver-rules=MAP {HOST} 127.0.0.1", trust]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program("chromium"), args=flags)
        yield await browser.new_page(locale="ja-JP")
        await browser.close()


@pytest.fixture(scope="module")
async def make_portal(
    folder: Path, run_directory: Path, postgres: PrivatePostgres, rabbit: PrivateRabbit
) -> AsyncIterator[MakePortal]:
    """`await make_portal(url, gateways=2)`: see `portal_at`; the servers below it are shared."""
    async with AsyncExitStack() as stack:

        async def make(url: str, **options: Any) -> Portal:
            shared = run_directory / "shared"
            shared.mkdir(exist_ok=True)
            servers = Servers(rabbit, postgres, shared, are_own=False)
            return await stack.enter_async_context(portal_at(url, servers, folder, **options))

        yield make
