"""What the visit of a customer costs by process, from the log-in screen to a statement. To be run by
`PYTHONPATH=tests:. python -m bench.visits`.

A few customers at a time, each in a browser of his own: hardly any call finds another one to share a message
with, so the broker has as much to do for a page as it can have. Figures of docs/scale.md are made of this.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import process_time

import aiohttp
import asyncpg
from argon2 import PasswordHasher
from support.own_forms import own_form

from bench.cpu import cpu_seconds
from bench.customers import Filling
from bench.ours import Ours, ours
from chassis.process.logs import set_up_logs

PASSWORD = "Himitsu123"
PAGES = ("/menu", "/charges", "/charges/2026-09")
_OUR_OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
_AT_ONCE = 4
_HASHES = 50

Visit = Callable[[aiohttp.ClientSession, str, int], Awaitable[None]]


def _hashed() -> tuple[str, float]:
    """The password's hash at the cost of production, and the milliseconds of CPU that a check of it takes."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
    stored = hasher.hash(PASSWORD)
    began = process_time()
    for _ in range(_HASHES):
        hasher.verify(stored, PASSWORD)
    return stored, (process_time() - began) / _HASHES * 1000


async def _log_in(browser: aiohttp.ClientSession, url: str, customer: int) -> None:
    _, token = await own_form(browser, url)
    form = {"account_id": f"b{customer}", "password": PASSWORD} | token
    sending = browser.post(f"{url}/login", data=form, headers=_OUR_OWN_PAGE, allow_redirects=False)
    async with sending as answer:
        assert answer.headers["Location"] == "/menu", answer.status


async def _open(browser: aiohttp.ClientSession, address: str) -> None:
    async with browser.get(address) as answer:
        assert answer.status == 200, f"{address}: {answer.status}"
        await answer.read()


async def _visit(browser: aiohttp.ClientSession, url: str, customer: int) -> None:
    await _log_in(browser, url, customer)
    for page in PAGES:
        await _open(browser, f"{url}{page}")


async def _cost(us: Ours, visit: Visit, customers: range) -> str:
    """Milliseconds of CPU for each customer, by process."""
    waiting = list(customers)

    async def one_after_the_other() -> None:
        while waiting:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
                await visit(browser, us.url, waiting.pop())

    before = cpu_seconds(us.parts)
    await asyncio.gather(*(one_after_the_other() for _ in range(_AT_ONCE)))
    after = cpu_seconds(us.parts)
    return ", ".join(f"{name} {(after[name] - before[name]) / len(customers) * 1000:.1f}" for name in after)


async def main(rounds: int, visits: int) -> None:
    """Prints every round."""
    set_up_logs("ERROR")
    stored, milliseconds = _hashed()
    _say(f"a check of a password alone: {milliseconds:.1f} ms")
    with tempfile.TemporaryDirectory(prefix="mypage-bench-") as name:
        os.chmod(name, 0o755)  # PostgreSQL runs as another user where this runs as root
        async with ours(Path(name) / "data", Filling(customers=1000, sessions=1)) as us:
            identity = await asyncpg.connect(us.database_urls["identity"])
            await identity.execute("UPDATE accounts SET password_hash = $1", stored)
            await identity.close()
            await _cost(us, _visit, range(1, visits + 1))  # until everything has been used once
            for _ in range(rounds):
                _say(f"log-in: {await _cost(us, _log_in, range(1, visits + 1))}")
                _say(f"visit: {await _cost(us, _visit, range(1, visits + 1))}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.visits", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--visits", type=int, default=150)
    options = parser.parse_args()
    asyncio.run(main(options.rounds, options.visits))
