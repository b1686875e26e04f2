"""Who may be at the final dot, and for how long alone."""

from __future__ import annotations

import asyncio

import pytest

from services.notification.delivery.send_slots import SendSlots

FOR_EVER = 1_000_000.0  # seconds


async def test_the_slot_is_one_senders_until_he_has_ended() -> None:
    """Nobody begins beside him."""
    slots, seen = SendSlots(FOR_EVER), list[str]()

    async def take(name: str) -> None:
        async with slots.acquire():
            seen.append(f"{name} begins")
            await asyncio.sleep(0)
            seen.append(f"{name} ends")

    await asyncio.gather(take("first"), take("second"))
    assert seen == ["first begins", "first ends", "second begins", "second ends"]


async def test_who_takes_too_long_holds_up_nobody_and_gives_his_slot_back_once() -> None:
    """What passed on while he still worked is not his to give when he ends at last."""
    slots = SendSlots(0.01)
    async with slots.acquire(), asyncio.timeout(5), slots.acquire():
        pass
    async with asyncio.timeout(5), slots.acquire():
        pass


async def test_a_failure_gives_the_slot_back() -> None:
    """The relay's refusal ends one mail, not all."""
    slots = SendSlots(FOR_EVER)
    with pytest.raises(ZeroDivisionError):
        async with slots.acquire():
            raise ZeroDivisionError
    async with asyncio.timeout(5), slots.acquire():
        pass


async def test_a_slot_that_is_kept_is_not_given_on_by_time() -> None:
    """The relay has answered, and the database is away: six mails at the final dot would be six to double."""
    slots, begun = SendSlots(0.01), asyncio.Event()

    async def next_one() -> None:
        async with slots.acquire():
            begun.set()

    async with slots.acquire() as slot:
        slot.keep()
        waiting = asyncio.create_task(next_one())
        await asyncio.sleep(0.1)
        assert not begun.is_set()
    async with asyncio.timeout(5):
        await begun.wait()
    await waiting
