"""What Lighthouse says of the pages that most customers see: scores, and layout shift. It opens each page as
a phone of the middle range on a slow line does, which it simulates.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pages.judges import part

from bench.journeys import Browser, Outcomes, in_ours
from bench.mail_sink import MailSink
from bench.ours import Ours

NEWCOMER = 5_000  # the last one: whole registrations begin with the first
OF_CUSTOMERS = ("/menu", "/charges", "/charges/2026-09")
STEPS = (
    "/register",
    "/register/account",
    "/register/confirm",
    "/register/done",
    "/activate",
    "/activate/done",
)
CATEGORIES = ("performance", "accessibility", "best-practices")
_CHROMIUM = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --lang=ja"
_JUDGED_WITHIN = 180.0  # seconds


@dataclass(frozen=True)
class Judged:
    """One page, once. `lowered`: the audits that cost it points, by id, with what Lighthouse calls them."""

    page: str
    scores: Mapping[str, float]
    layout_shift: float
    lowered: Mapping[str, str]


async def measure_lighthouse(us: Ours, sink: MailSink, folder: Path, *, rounds: int) -> list[Judged]:
    """Each page so many times: as a stranger, as a customer, and at the six steps of a newcomer."""
    found: list[Judged] = []

    async def judge_rounds(path: str, cookies: str) -> None:
        for _ in range(rounds):
            found.append(await judge(us.url, path, cookies, folder))

    await judge_rounds("/login", "")
    session = (await asyncio.to_thread(us.cookies.read_text)).splitlines()[0]
    for path in OF_CUSTOMERS:
        await judge_rounds(path, session)
    outcomes = Outcomes()
    async with _Newcomer(us.url, judge_rounds, outcomes) as newcomer:
        await in_ours(newcomer, sink, NEWCOMER, outcomes)
    return found


class _Newcomer(Browser):
    """Has each step judged while he stands on it."""

    def __init__(self, url: str, judge_rounds: Any, outcomes: Outcomes) -> None:
        super().__init__(url, NEWCOMER, outcomes)
        self._judge_rounds = judge_rounds

    async def get(self, path: str) -> str:
        """Opens a page that must be there; its text."""
        text = await super().get(path)
        if path in STEPS:
            await self._judge_rounds(path, self.cookies())
        return text


async def judge(url: str, path: str, cookies: str, folder: Path) -> Judged:
    """Once, in a profile of its own. AssertionError if another page came."""
    headers, report = folder / "lighthouse-headers.json", folder / "lighthouse.json"
    await asyncio.to_thread(headers.write_text, json.dumps({"Cookie": cookies} if cookies else {}))
    command: Sequence[str | Path] = (
        part("bin/node"),
        part("node_modules/lighthouse/cli/index.js"),
        f"{url}{path}",
        "--quiet",
        "--no-enable-error-reporting",
        f"--chrome-flags={_CHROMIUM}",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--extra-headers={headers}",
        "--output=json",
        f"--output-path={report}",
    )
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or "", "CI": "true"}
    process = await asyncio.create_subprocess_exec(*map(str, command), env=environment)
    async with asyncio.timeout(_JUDGED_WITHIN):
        assert await process.wait() == 0, path
    said = json.loads(await asyncio.to_thread(report.read_text, "utf-8"))
    assert said["finalDisplayedUrl"] == f"{url}{path}", f"{path} led to {said['finalDisplayedUrl']}"
    return judged(path, said)


def judged(path: str, said: Mapping[str, Any]) -> Judged:
    """What a report holds."""
    scores = {name: said["categories"][name]["score"] for name in CATEGORIES}
    weighed = {
        each["id"]
        for name in CATEGORIES
        for each in said["categories"][name]["auditRefs"]
        if each["weight"] and scores[name] < 1
    }
    lowered = {
        name: audit["title"]
        for name, audit in said["audits"].items()
        if name in weighed and audit["score"] is not None and audit["score"] < 1
    }
    shift = said["audits"]["cumulative-layout-shift"]["numericValue"]
    return Judged(path, scores, shift, lowered)
