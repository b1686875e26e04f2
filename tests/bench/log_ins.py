"""Log-ins of many customers, beside what two threads of Argon2 do; and the charges page meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from support.own_forms import own_form

from bench.argon2_alone import Argon2Alone, argon2_alone
from bench.cpu import cpu_seconds
from bench.customers import PASSWORD, Filling, account_id
from bench.ours import Ours
from bench.wrk import Answers, wrk

THREADS = 2  # of Argon2 in the yardstick: one for each core, as many as identity has
AT_ONCE = 16
READERS, PAUSE_MS = 8, 40  # look at their charges meanwhile: some 170 pages a second


@dataclass(frozen=True)
class LogIns:
    """One round. A log-in is POST /login with the answer 303; CPU is by part, for each, without charges."""

    yardstick: Argon2Alone
    log_ins: Answers
    cpu_ms: Mapping[str, float]
    charges_alone: Answers
    log_ins_meanwhile: Answers
    charges_meanwhile: Answers

    @property
    def of_the_yardstick(self) -> float:
        """Log-ins for each check of the yardstick."""
        return self.log_ins.per_second / self.yardstick.per_second

    @property
    def slower_meanwhile(self) -> float:
        """How many times the charges page's p99 while others log in is its own."""
        return self.charges_meanwhile.p99_ms / self.charges_alone.p99_ms


async def measure_log_ins(ours: Ours, folder: Path, *, rounds: int, seconds: int) -> list[LogIns]:
    """The yardstick, log-ins, the charges page, and both at once, in turn."""
    people = folder / "log_ins.txt"
    async with aiohttp.ClientSession() as session:
        cookie, token = await own_form(session, ours.url)
    people.write_text("".join(_form(number, cookie, token) for number in _customers(ours.filling)))
    await _log_ins(ours, people, 2)
    return [await _round(ours, people, seconds) for _ in range(rounds)]


def _customers(filling: Filling) -> range:
    return range(1, min(filling.customers, 1000) + 1)


def _form(number: int, cookie: dict[str, str], token: dict[str, str]) -> str:
    form = urlencode({"account_id": account_id(number), "password": PASSWORD} | token)
    return f"{cookie['Cookie']}\t{form}\n"


async def _round(ours: Ours, people: Path, seconds: int) -> LogIns:
    yardstick = await argon2_alone(threads=THREADS, seconds=seconds)
    before = cpu_seconds(ours.parts)
    log_ins = await _log_ins(ours, people, seconds)
    after = cpu_seconds(ours.parts)
    charges = await _charges(ours, seconds)
    meanwhile = await asyncio.gather(_log_ins(ours, people, seconds), _charges(ours, seconds))
    used = {name: (after[name] - before[name]) * 1000 / log_ins.all for name in after}
    return LogIns(yardstick, log_ins, used, charges, *meanwhile)


async def _log_ins(ours: Ours, people: Path, seconds: int) -> Answers:
    return await wrk(f"{ours.url}/login", people, connections=AT_ONCE, seconds=seconds, good=303)


async def _charges(ours: Ours, seconds: int) -> Answers:
    url = f"{ours.url}/charges"
    return await wrk(url, ours.cookies, connections=READERS, seconds=seconds, pause_ms=PAUSE_MS)
