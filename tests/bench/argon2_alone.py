"""The yardstick of everything that checks passwords."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass

from bench.ours import ROOT
from bench.rivals import YARDSTICKS


@dataclass(frozen=True)
class Argon2Alone:
    """Checks a second of so many threads that do nothing else, and CPU of one check."""

    per_second: float
    cpu_ms: float


async def argon2_alone(*, threads: int, seconds: float) -> Argon2Alone:
    """In a process of its own."""
    command = [sys.executable, str(YARDSTICKS / "argon2_alone.py"), str(threads), str(seconds)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, check=True
    )
    return Argon2Alone(**json.loads(done.stdout))
