"""The whole system as a user starts it: `mypage up`, in its own directory, on free ports; and the operator's
commands beside it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from support.billing_exports import write_contracts, write_lines, write_statements
from support.limits_of_all import LIFTED
from support.own_forms import own_form

from mypage.local.ports import free_ports

ROOT = Path(__file__).parent.parent.parent
MONTHS = [
    f"{2025 + (7 + index) // 12}/{(7 + index) % 12 + 1:02d}" for index in range(15)
]  # 2025/08 to 2026/10


@dataclass(frozen=True)
class Customer:
    """One invented contract holder."""

    customer_number: str
    phone_number: str
    holder_kana: str
    base_yen: int

    @property
    def account_id(self) -> str:
        return f"journey-{self.customer_number}"

    @property
    def email_address(self) -> str:
        return f"canary{self.customer_number}@example.jp"

    @property
    def password(self) -> str:
        return "KirakiraBoshi" + self.customer_number[-2:]

    @property
    def amount_yen(self) -> int:
        return self.base_yen + self.base_yen // 10


def some_customers(count: int) -> list[Customer]:
    """Customers whose values are unlike anything else, so that a search for them in logs finds only leaks."""
    names = [
        "カナリヤ　イチロウ",
        "カナリヤ　ジロウ",
        "カナリヤ　サブロウ",
        "カナリヤ　シロウ",
        "カナリヤ　ゴロウ",
        "カナリヤ　ロクロウ",
    ]
    return [
        Customer(str(770_100 + n), f"07480077{n:02d}", names[n % len(names)], 4_000 + 100 * n)
        for n in range(count)
    ]


class System:
    """A running `mypage up`."""

    def __init__(self, folder: Path, *, processes: bool, **settings: str) -> None:
        self.folder = folder
        self._settings = settings
        self.processes = processes
        self.port, self.inbox_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {"MYPAGE_PORT": self.port, "MYPAGE_INBOX_PORT": self.inbox_port, "MYPAGE_DATA_DIR": self.folder}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MYPAGE_")}
        return inherited | LIFTED | {name: str(value) for name, value in own.items()} | self._settings

    async def begin(self) -> asyncio.subprocess.Process:
        """Returns the process at once."""
        arguments = ["-m", "mypage", "up", *(["--processes"] if self.processes else [])]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=ROOT, env=self.environment
        )
        return self._process

    async def start(self) -> None:
        """Returns when the first page that needs every service's readiness answers."""
        process = await self.begin()
        async with asyncio.timeout(90), aiohttp.ClientSession() as session:
            while not await self._answers(session):
                assert process.returncode is None, "mypage up ended by itself"
                await asyncio.sleep(0.2)

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self._process
        return self._process.pid

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        """Logged in as nobody, a refused login shows that gateway, identity and registration talk to each
        other; so does one that is refused for having been tried too often.
        """
        form = {"account_id": "nobody-at-all", "password": "wrong-password"}
        try:
            cookie, token = await own_form(session, self.url)
            headers = {"Origin": self.url, **cookie}
            async with session.post(f"{self.url}/login", data=form | token, headers=headers) as answer:
                return answer.status in (422, 429)
        except aiohttp.ClientError:
            return False

    async def stop(self) -> int:
        """Ctrl-C, as a user would; returns the exit code."""
        assert self._process
        if self._process.returncode is None:
            self._process.send_signal(2)
        return await asyncio.wait_for(self._process.wait(), 60)

    async def run(self, *arguments: object, given: bytes = b"") -> tuple[int, str]:
        """An operator's command beside the running system, `given` on standard input; its exit code and what
        it printed.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "mypage",
            *map(str, arguments),
            cwd=ROOT,
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate(given)
        return process.returncode or 0, out.decode()

    async def import_customers(self, customers: list[Customer]) -> None:
        """Contracts and fifteen published months of charges, through the operator's own commands."""
        contracts = write_contracts(self.folder / "contracts.csv", customers)
        statements = write_statements(self.folder / "statements.csv", customers, MONTHS)
        lines = write_lines(self.folder / "lines.csv", customers, MONTHS)
        for command in (
            ["contracts", "import", contracts],
            ["charges", "import", statements, lines, "--publish"],
        ):
            code, out = await self.run(*command)
            assert code == 0, out

    async def mails_to(self, address: str) -> list[dict[str, Any]]:
        """What the mail catcher holds for an address, newest first."""
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{self.inbox_port}/api/mails") as answer:
                listed = json.loads(await answer.text())
            found = []
            for mail in listed:
                if address not in str(mail["to"]):  # else each look would read every mail of a long test
                    continue
                async with session.get(
                    f"http://127.0.0.1:{self.inbox_port}/api/mails/{mail['id']}"
                ) as answer:
                    found.append(json.loads(await answer.text()))
            return found

    async def activation_url(self, address: str, *, after: int = 0) -> str:
        """The 本登録手続きURL in the newest mail to an address, once more than `after` have come."""
        return await self.link_in_mail(address, "仮登録受付完了", "/activate/", after=after)

    async def reset_url(self, address: str, *, after: int = 0) -> str:
        """The パスワード再設定URL, as `activation_url`."""
        return await self.link_in_mail(address, "パスワード再設定のご案内", "/reset/", after=after)

    async def link_in_mail(self, address: str, subject: str, path: str, *, after: int = 0) -> str:
        """The line with that path in the newest mail of that subject, once more than `after` have come."""
        async with asyncio.timeout(20):
            while True:
                mails = [mail for mail in await self.mails_to(address) if subject in mail["subject"]]
                if len(mails) > after:
                    return next(line for line in mails[0]["text"].splitlines() if path in line).strip()
                await asyncio.sleep(0.2)
