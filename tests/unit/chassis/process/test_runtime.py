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


def test_what_a_hash_needed_is_given_back() -> None:
    """Two threads take 19 MiB each; without it they keep them."""

    def kept(settle: str) -> int:
        code = _HASHES.format(settle=settle)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return int(done.stdout)

    assert kept("settle_memory()") < 10
    assert kept("") > 30
