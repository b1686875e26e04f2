"""Measures, part after part, and writes docs/bench.json, docs/bench.md and docs/bench.svg. With `--only`, the
other parts stay in there as they were measured before.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bench.ours import ROOT
from bench.parts import PARTS
from bench.report import keep, tell
from bench.stage import Stage
from chassis.process.logs import set_up_logs


async def main(options: argparse.Namespace) -> None:
    """What the options ask for."""
    set_up_logs("ERROR")
    options.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mypage-bench-") as name:
        await asyncio.to_thread(Path(name).chmod, 0o755)  # for PostgreSQL, which is another user
        async with Stage(Path(name), options) as stage:
            for part in (each for each in PARTS if each in options.only):
                began = time.monotonic()
                rounds = min(options.rounds, PARTS[part].most_rounds or options.rounds)
                found = await PARTS[part].measure(stage, rounds)
                keep(options.into, part, found, rounds=rounds)
                sys.stderr.write(f"{part}: {time.monotonic() - began:.0f} s\n")
    tell(options.into)


def _parts(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - PARTS.keys():
        raise argparse.ArgumentTypeError(f"no part is called {', '.join(sorted(unknown))}")
    return names


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", type=_parts, default=list(PARTS), help=f"parts: {','.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=5, help="of each measurement")
    parser.add_argument("--seconds", type=int, default=2, help="of each short run of a load generator")
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=500, help="customers who are logged in")
    parser.add_argument("--lines", type=int, default=1_000_000, help="of an import")
    parser.add_argument("--many", type=int, default=1_000_000, help="customers beside the thousand")
    parser.add_argument("--into", type=Path, default=ROOT / "docs")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_options()))
