"""Our five processes over RabbitMQ, as `mypage up --processes` runs them, with many customers."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_path

import aiohttp
from support.limits_of_all import LIFTED
from support.own_forms import own_form

from bench.cpu import Part, Process, of_part, processes
from bench.customers import Filling, fill
from mypage.local.databases import as_owner, ensure_databases
from mypage.local.ports import free_ports
from mypage.local.postgres import PrivatePostgres

ROOT = Path(__file__).parents[2]
_PACKAGES = ("chassis", "messages", "gateway", "services", "mypage")
_READY_WITHIN = 120.0  # seconds
SERVICES = ("identity", "registration", "notification", "billing")
COMPONENTS = ("gateway", *SERVICES)


@dataclass(frozen=True)
class Ours:
    """Where it stands, and the parts that it is made of."""

    url: str
    cookies: Path
    database_urls: dict[str, str]
    server_url: str  # of the PostgreSQL server, as its superuser
    filling: Filling
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part:
        """One of them."""
        return next(each for each in self.parts if each.name == name)

    def process(self, component: str) -> Process:
        """The one that `mypage up` started for it."""
        return min(of_part(self.part(component), processes()), key=lambda each: each.pid)


@asynccontextmanager
async def ours(folder: Path, filling: Filling, *, smtp_url: str | None = None) -> AsyncIterator[Ours]:
    """Runs for the block, from bytecode, as the images do: to compile costs a process half a second and 7 MB.
    Mails go to the relay that is given, or to the built-in catcher.
    """
    port, inbox_port = free_ports(2)
    environment = {
        **os.environ,
        **LIFTED,
        "MYPAGE_DATA_DIR": str(folder),
        "MYPAGE_PORT": str(port),
        "MYPAGE_INBOX_PORT": str(inbox_port),
        "MYPAGE_TRUSTED_PROXIES": "1",  # so that invented customers come from networks of their own
        "PYTHONPATH": str(ROOT),
    } | ({"MYPAGE_SMTP_URL": smtp_url} if smtp_url else {})
    compile_all = (sys.executable, "-m", "compileall", "-q", get_path("purelib"), *_PACKAGES)
    await asyncio.to_thread(subprocess.run, compile_all, cwd=ROOT, stdout=subprocess.DEVNULL)
    command = (sys.executable, "-m", "mypage", "up", "--processes")
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    url, cookies = f"http://127.0.0.1:{port}", folder / "cookies.txt"
    try:
        await _answered(url)
        postgres = PrivatePostgres(folder / "postgres")
        await postgres.start()  # it runs: its port and password are read
        urls = await ensure_databases(postgres.url(), folder)
        await fill(as_owner(urls, folder), filling, cookies)
        parts = (
            Part("gateway", (" -m gateway",), process.pid),
            *(Part(name, (f"-m services.{name}",), process.pid) for name in SERVICES),
            Part("broker", (f"{folder}/rabbitmq",)),
            Part("postgres", (f" -p {postgres.port} ",)),
        )
        yield Ours(url, cookies, urls, postgres.url(), filling, parts)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _answered(url: str) -> None:
    """A log-in that is refused shows that gateway, identity and registration talk to each other; so does one
    that is refused for having been tried too often.
    """
    form = {"account_id": "nobody-at-all", "password": "wrong-password"}
    async with asyncio.timeout(_READY_WITHIN), aiohttp.ClientSession() as session:
        while True:
            try:
                cookie, token = await own_form(session, url)
                headers = {"Origin": url, **cookie}
                async with session.post(f"{url}/login", data=form | token, headers=headers) as answer:
                    if answer.status in (422, 429):
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.5)
