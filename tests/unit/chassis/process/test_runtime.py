"""What a process does with memory, seen from outside."""

from __future__ import annotations

import subprocess
import sys

_HASHES = """
import asyncio, gc
from chassis.process.runtime import settle_memory
from chassis.security.hashing import PasswordHasher

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

async def main():
    hasher = PasswordHasher()
    before = resident()
    await asyncio.gather(*(hasher.matches("x", None) for _ in range(8)))
    print((resident() - before) // 2**20)

{settle}
asyncio.run(main())
"""


def test_what_hashes_needed_is_given_back() -> None:
    """Two threads take 19 MiB each, and would keep both; something small may stand in the way of one."""
    code = _HASHES.format(settle="settle_memory()")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 25
