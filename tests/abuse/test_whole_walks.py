"""Thousands of guesses at the portal in five processes; `make abuse` alone has the time."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from abuse.conftest import EnterFrom
from abuse.tries import each, log_in
from pages.town import Town
from pages.visitor import Visitor

pytestmark = pytest.mark.whole_abuse


async def test_x2_ten_thousand_numbers_from_one_network(fresh_town: Town, enter_from: EnterFrom) -> None:
    """Ten are looked at."""
    customer, statuses = fresh_town.new_customer(), Counter[int]()
    visitors = [enter_from(1_600) for _ in range(20)]
    await each(visitor.opens("/register") for visitor in visitors)

    async def walk(visitor: Visitor, mine: range) -> None:
        for number in mine:
            holder = {"phone_number": customer.phone_number, "holder_kana": customer.holder_kana}
            await visitor.presses("認証", customer_number=str(1_000_000 + number), **holder)
            statuses[visitor.status] += 1

    await each(walk(visitor, range(first, 10_000, 20)) for first, visitor in enumerate(visitors))
    assert statuses[422] <= 20  # a walk that takes longer than ten minutes finds room again
    assert statuses.total() == 10_000


async def test_x12_five_thousand_ids_from_two_hundred_and_fifty_networks(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Three hundred of a quarter of an hour are looked at, and some more of the same instant."""
    statuses, some_at_once = Counter[int](), asyncio.Semaphore(20)

    async def spray(visitor: Visitor, mine: range) -> None:
        for number in mine:
            async with some_at_once:
                statuses[await log_in(visitor, f"sprayed-{number}")] += 1

    networks = [enter_from(2_000 + network) for network in range(250)]
    await each(
        spray(visitor, range(20 * number, 20 * number + 20)) for number, visitor in enumerate(networks)
    )
    assert statuses[422] <= 700  # of two quarters of an hour, on a slow machine
    assert statuses[422] + statuses[429] == 5_000
