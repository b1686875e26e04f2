"""One measured run of wrk, with many customers in turn."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("customers.lua")


@dataclass(frozen=True)
class Answers:
    """What came of a run. `refused` are 503; `other` and `broken` must not be. Percentiles are of all."""

    good: int
    refused: int
    other: int
    broken: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def all(self) -> int:
        """Answers of any kind; one at least, so that CPU can be shared out among them."""
        return max(1, self.good + self.refused + self.other)

    @property
    def per_second(self) -> float:
        """Good ones."""
        return self.good / self.seconds


async def wrk(
    url: str, customers: Path, *, connections: int, seconds: int, good: int = 200, pause_ms: int = 0
) -> Answers:
    """So many connections, each asks again as soon as it is answered, or after a pause. `customers.lua` says
    what stands in the file. `good` is the status of a good answer. Raises RuntimeError if it cannot connect.
    """
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "20s",
        "-s",
        str(_SCRIPT),
        url,
    ]
    settings = {"CUSTOMERS": str(customers), "GOOD": str(good), "PAUSE_MS": str(pause_ms)}
    done = await asyncio.to_thread(
        subprocess.run, command, env=os.environ | settings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)  # the log leaves out what exceptions say
        raise RuntimeError("wrk")
    (line,) = [each for each in done.stdout.splitlines() if each.startswith("RESULT ")]
    return Answers(**json.loads(line.removeprefix("RESULT ")))
