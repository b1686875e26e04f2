"""Passwords and tokens: what is stored is useless to whoever reads it."""

from __future__ import annotations

import threading
from uuid import RFC_4122

from chassis.security.hashing import PasswordHasher
from chassis.security.tokens import new_key, new_token, token_hash

CHEAP = PasswordHasher(memory_kib=64, passes=1)


async def test_only_the_right_password_matches_its_hash() -> None:
    """The hash says nothing else."""
    stored = await CHEAP.hash("KirakiraBoshi7")
    assert "KirakiraBoshi7" not in stored
    assert await CHEAP.matches("KirakiraBoshi7", stored)
    assert not await CHEAP.matches("kirakiraBoshi7", stored)


async def test_two_hashes_of_one_password_differ() -> None:
    """Salted."""
    first = await CHEAP.hash("KirakiraBoshi7")
    second = await CHEAP.hash("KirakiraBoshi7")
    assert first != second


async def test_without_a_stored_hash_nothing_matches() -> None:
    """Not even the password of the hash that is compared instead (L2)."""
    assert not await CHEAP.matches("nobody has this password", None)
    assert not await CHEAP.matches("x", "no hash at all")


async def test_the_default_cost_is_the_one_that_owasp_names() -> None:
    """19 MiB, two passes, one lane."""
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in await PasswordHasher().hash("x")


async def test_the_threads_of_a_hasher_begin_with_it() -> None:
    """So that none inherits what ciphers leave in the registers of another thread (ADR 0041)."""
    before = set(threading.enumerate())
    hasher = PasswordHasher(memory_kib=64, passes=1, threads=3)
    assert len(set(threading.enumerate()) - before) == 3
    await hasher.close()


def test_a_token_has_256_bits_and_its_hash_does_not_show_it() -> None:
    """X17."""
    token = new_token()
    assert len(token) == 43
    assert token not in token_hash(token)
    assert len({new_token() for _ in range(100)}) == 100


def test_keys_are_version_7_uuids_that_sort_by_time() -> None:
    """RFC 9562."""
    first, second = new_key(), new_key()
    assert (first.version, first.variant) == (7, RFC_4122)
    assert first.int >> 80 <= second.int >> 80
