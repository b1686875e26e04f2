"""What hashing needs is the system's again once nobody logs in (ADR 0041)."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

_LITTLE, _TWO_BLOCKS = 6.0, 38.0  # MB: of everything else; of two threads at 19 MiB

_HASHES = dedent("""
    import asyncio
    import os
    from pathlib import Path

    from chassis.security.hashing import PasswordHasher

    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    async def hash_many():
        hasher = PasswordHasher(keeps_memory=2.0)
        idle = resident()
        for _ in range(10):
            await asyncio.gather(*(hasher.matches("x", None) for _ in range(4)))
        print(resident() - idle)
        for _ in range(100):
            await asyncio.sleep(0.1)
            if resident() - idle < 6:
                break
        print(resident() - idle)
        await hasher.close()

    asyncio.run(hash_many())
""")


def test_the_memory_of_hashes_is_kept_between_them_and_given_back_afterwards() -> None:
    """In a process of its own, as others of this one may have begun threads before."""
    run = subprocess.run([sys.executable, "-c", _HASHES], check=True, capture_output=True, text=True)
    busy, idle_again = map(float, run.stdout.split())
    assert busy > _TWO_BLOCKS
    assert idle_again < _LITTLE
