"""Argon2id off the event loop, in a pool that is small on purpose: a flood of passwords must not take the
machine (X16).
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError


class PasswordHasher:
    """Hashes and checks passwords. Default cost: OWASP's 19 MiB, two passes, one lane."""

    def __init__(self, *, memory_kib: int = 19_456, passes: int = 2, threads: int = 2) -> None:
        self._argon2 = Argon2(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="argon2")
        self._nobodys_hash = self._argon2.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """The hash to store, with its parameters and salt inside."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._argon2.hash, password)

    async def matches(self, password: str, stored_hash: str | None) -> bool:
        """Whether the password is the stored one. Without a stored hash the answer is no, after the same work
        (L2, X15).
        """
        found = await asyncio.get_running_loop().run_in_executor(
            self._pool, self._check, password, stored_hash or self._nobodys_hash
        )
        return found and stored_hash is not None

    def _check(self, password: str, stored_hash: str) -> bool:
        try:
            return self._argon2.verify(stored_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def close(self) -> None:
        """Lets running hashes finish and starts no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
