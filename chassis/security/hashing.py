"""Argon2id off the event loop, in a pool that is small on purpose: a flood of passwords must not take the
machine (X16).
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher as Argon2
from argon2 import extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.process.heap import give_back_what_is_free, keep_what_is_freed

_MEMORY_KEPT_FOR = 5.0  # seconds


class PasswordHasher:
    """Hashes and checks passwords. Default cost: OWASP's 19 MiB, two passes, one lane.

    Its threads begin with it, and its memory is the process's own until no password came for `keeps_memory`
    seconds (ADR 0041).
    """

    def __init__(
        self,
        *,
        memory_kib: int = 19_456,
        passes: int = 2,
        threads: int = 2,
        keeps_memory: float = _MEMORY_KEPT_FOR,
    ) -> None:
        keep_what_is_freed()
        self._argon2 = Argon2(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._pool = _started_pool(threads)
        self._keeps_memory = keeps_memory
        self._giving_back: asyncio.TimerHandle | None = None
        self._nobodys_hash = self._argon2.hash("nobody has this password")
        give_back_what_is_free()

    async def hash(self, password: str) -> str:
        """The hash to store, with its parameters and salt inside."""
        loop = asyncio.get_running_loop()
        self._give_memory_back_later(loop)
        return await loop.run_in_executor(self._pool, self._argon2.hash, password)

    async def matches(self, password: str, stored_hash: str | None) -> bool:
        """Whether the password is the stored one. Without a stored hash the answer is no, after the same work
        (L2, X15).
        """
        loop = asyncio.get_running_loop()
        self._give_memory_back_later(loop)
        found = await loop.run_in_executor(
            self._pool, self._check, password, stored_hash or self._nobodys_hash
        )
        return found and stored_hash is not None

    async def renewed(self, password: str, stored_hash: str) -> str | None:
        """Another hash of a password that is right, where the stored one was cheaper than today's; else None,
        without any work. Replicas with an older setting do not undo it.
        """
        stored = extract_parameters(stored_hash)
        is_cheaper = stored.memory_cost * stored.time_cost < self._argon2.memory_cost * self._argon2.time_cost
        return await self.hash(password) if is_cheaper else None

    def _check(self, password: str, stored_hash: str) -> bool:
        try:
            return self._argon2.verify(stored_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _give_memory_back_later(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._giving_back:
            self._giving_back.cancel()
        self._giving_back = loop.call_later(self._keeps_memory, self._pool.submit, give_back_what_is_free)

    async def close(self) -> None:
        """Lets running hashes finish and starts no more."""
        if self._giving_back:
            self._giving_back.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)


def _started_pool(threads: int) -> ThreadPoolExecutor:
    """A pool whose threads run: none is begun later by a thread that has enciphered something. A new thread
    inherits the vector registers of the one that begins it, and ChaCha20 leaves them in a state in which
    Argon2 takes twice as long (ADR 0041).
    """
    pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="argon2")
    all_run = threading.Barrier(threads + 1)
    for _ in range(threads):
        pool.submit(all_run.wait)
    all_run.wait()
    return pool
