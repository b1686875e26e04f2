"""Runs everything and writes docs/bench.json and docs/bench.md."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path

from bench.ours import ours
from bench.pages import compare, contestants
from bench.rivals import direct, django


async def main(options: argparse.Namespace) -> None:
    """What the options ask for."""
    with tempfile.TemporaryDirectory(prefix="mypage-bench-") as name:
        folder = Path(name)
        async with (
            ours(folder / "data", customers=options.customers, sessions=options.sessions) as us,
            django(us, folder, customers=options.sessions, sessions=options.sessions) as rival,
            direct(us) as floor,
        ):
            runs = await compare(
                contestants(us, rival, floor, "/charges"),
                connections=options.connections,
                rounds=options.rounds,
                seconds=options.seconds,
            )
    for connections in options.connections:
        for who in ("ours", "django", "direct"):
            own = [run for run in runs if run.name == who and run.connections == connections]
            rate = statistics.median(run.answers.per_second for run in own)
            cpu = statistics.median(run.cpu_ms_per_answer for run in own)
            last = own[-1]
            print(
                connections,
                who,
                f"{rate:.0f}/s",
                f"cpu {cpu:.2f} ms",
                last.answers,
                {k: round(v, 2) for k, v in last.cpu_ms.items()},
            )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16, 64, 256, 1024])
    return parser.parse_args()


asyncio.run(main(_options()))
