"""One measured run of wrk, with many customers' cookies in turn."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("cookies.lua")


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
    def per_second(self) -> float:
        """Good ones."""
        return self.good / self.seconds


def wrk(url: str, cookies: Path, *, connections: int, seconds: float) -> Answers:
    """So many connections, each asks again as soon as it is answered."""
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds:g}s",
        "--timeout",
        "20s",
        "-s",
        str(_SCRIPT),
        url,
    ]
    done = subprocess.run(
        command,
        env={**os.environ, "COOKIES": str(cookies)},
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = [each for each in done.stdout.splitlines() if each.startswith("RESULT ")]
    return Answers(**json.loads(line.removeprefix("RESULT ")))
