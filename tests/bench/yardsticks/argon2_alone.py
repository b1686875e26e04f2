"""Argon2 and nothing else: so many threads check a password for so many seconds, at the product's own cost.
`python argon2_alone.py THREADS SECONDS` says how often, and what it cost.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher as Argon2
from argon2 import extract_parameters

from chassis.security.hashing import PasswordHasher

_PASSWORD = "KirakiraBoshi26"


def main(threads: int, seconds: float) -> None:
    """Says it as one line of JSON."""
    stored = asyncio.run(PasswordHasher().hash(_PASSWORD))
    argon2 = Argon2.from_parameters(extract_parameters(stored))

    def check_again_and_again() -> int:
        checked = 0
        while time.monotonic() < ends_at:
            argon2.verify(stored, _PASSWORD)
            checked += 1
        return checked

    began, used = time.monotonic(), _cpu_seconds()
    ends_at = began + seconds
    with ThreadPoolExecutor(threads) as pool:
        checks = sum(pool.map(lambda _: check_again_and_again(), range(threads)))
    took = time.monotonic() - began
    cpu_ms = (_cpu_seconds() - used) * 1000 / checks
    sys.stdout.write(json.dumps({"per_second": checks / took, "cpu_ms": cpu_ms}))


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
