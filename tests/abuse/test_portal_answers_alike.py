"""The portal in five processes says the same to everybody, in a flood and without its database, too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from abuse.conftest import EnterFrom, database_stands_still
from abuse.tries import each, log_in, said
from pages.catalogue.steps import fail_to_log_in, prove
from pages.town import Town
from pages.visitor import Visitor

from chassis.security.tokens import new_token


async def test_x14_a_restarted_portal_remembers_who_has_to_wait(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Every process of it is another one."""
    for network in range(800, 805):
        await log_in(enter_from(network), "restarted-1")
    assert await fresh_town.system.stop() == 0
    await fresh_town.system.start()
    assert await log_in(enter_from(806), "restarted-1") == 429


async def test_x15_every_failed_log_in_is_the_same_page(fresh_town: Town, enter_from: EnterFrom) -> None:
    """Unknown, wrong, too long; and while they wait, an account and an ID that nobody has."""
    answers = set()
    for network, (account_id, password) in enumerate(
        [
            ("nobody-1", "Wrong-123"),
            (fresh_town.member.account_id, "Wrong-123"),
            (fresh_town.member.account_id, "x" * 5_000),
            ("nobody-2", "x" * 5_000),
        ]
    ):
        visitor = enter_from(900 + network)
        status = await log_in(visitor, account_id, password)
        answers.add((status, said(visitor)))
    assert len(answers) == 1
    waiting = set()
    for account_id in (fresh_town.member.account_id, "nobody-1"):
        for network in range(910, 916):
            visitor = enter_from(network)
            await log_in(visitor, account_id)
        waiting.add((visitor.status, said(visitor)))
    assert len(waiting) == 1
    assert {status for status, _ in waiting} == {429}


async def test_x15_nothing_typed_is_told_alike_for_every_id(fresh_town: Town, enter_from: EnterFrom) -> None:
    """After the same work."""
    answers = set()
    for network, account_id in ((920, "nobody-3"), (921, fresh_town.member.account_id)):
        visitor = enter_from(network)
        status = await log_in(visitor, account_id, "")
        answers.add((status, said(visitor)))
    assert len(answers) == 1
    assert {status for status, _ in answers} == {422}


async def test_x16_of_a_flood_everybody_is_answered_and_other_pages_go_on(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Two hundred at once, each from a network of its own: judged, or told when to come back."""
    visitors = [enter_from(1_000 + number) for number in range(200)]
    await each(visitor.opens("/login") for visitor in visitors)

    async def flood(number: int, visitor: Visitor) -> None:
        await log_in(visitor, f"flooding-{number}")

    flooding = asyncio.gather(*(flood(number, visitor) for number, visitor in enumerate(visitors)))
    reader = enter_from(1_300)
    pages = 0
    while not flooding.done():
        await reader.opens("/guide")
        assert reader.status == 200
        pages += 1
    await flooding
    assert pages > 0
    assert {visitor.status for visitor in visitors} <= {422, 429, 503}
    told = [visitor.headers.get("retry-after") for visitor in visitors if visitor.status != 422]
    assert all(told)


async def test_x17_after_twenty_tokens_of_nobody_a_network_has_to_wait(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Another one opens its links."""
    visitor = enter_from(1_400)
    statuses = []
    for _ in range(22):
        await visitor.opens(f"/activate/{new_token()}")
        statuses.append(visitor.status)
    assert statuses == [404] * 20 + [429] * 2
    assert 0 < int(visitor.headers["retry-after"]) <= 60
    elsewhere = enter_from(1_401)
    await elsewhere.opens(f"/activate/{new_token()}")
    assert elsewhere.status == 404


@pytest.mark.parametrize("ask", [fail_to_log_in, prove], ids=["a log-in", "a proof"])
async def test_without_its_database_nothing_is_judged(
    fresh_town: Town, enter_from: EnterFrom, ask: Callable[..., Awaitable[None]]
) -> None:
    """Nobody is let through uncounted: the page says when to come back."""
    visitor = enter_from(1_500)
    await visitor.opens("/login")
    who = "nobody-9" if ask is fail_to_log_in else fresh_town.new_customer()
    with database_stands_still(fresh_town):
        await ask(visitor, who)
    assert visitor.status == 503
    assert int(visitor.headers["retry-after"]) > 0
