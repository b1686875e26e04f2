"""Runs everything and writes docs/bench.json, docs/bench.md and docs/bench.svg."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from bench.calls import compare_calls
from bench.memory import memory_of
from bench.ours import ROOT, ours
from bench.pages import compare, contestants
from bench.report import Measured, write
from bench.rivals import direct, django
from chassis.process.logs import set_up_logs

PAGES = {"/charges": [1, 16, 64, 256, 1024], "/charges/2026-09": [64]}


async def main(options: argparse.Namespace) -> None:
    """What the options ask for."""
    set_up_logs("ERROR")
    with tempfile.TemporaryDirectory(prefix="mypage-bench-") as name:
        folder = Path(name)
        calls = await compare_calls(
            folder / "calls", at_once=[1, 16, 64], rounds=options.rounds, seconds=options.seconds / 2
        )
        async with (
            ours(folder / "data", customers=options.customers, sessions=options.sessions) as us,
            django(us, folder, customers=options.sessions, sessions=options.sessions) as rival,
            direct(us) as floor,
        ):
            idle = memory_of(us)
            pages = {
                path: await compare(
                    contestants(us, rival, floor, path),
                    connections=connections,
                    rounds=options.rounds,
                    seconds=options.seconds,
                )
                for path, connections in PAGES.items()
            }
            after_load = memory_of(us)
    write(Measured(options.rounds, options.customers, pages, calls, idle, after_load), options.into)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of each measurement")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run of a page")
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=500, help="customers who are logged in")
    parser.add_argument("--into", type=Path, default=ROOT / "docs")
    return parser.parse_args()


asyncio.run(main(_options()))
