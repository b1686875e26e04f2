"""The portal in five processes, as somebody meets it who guesses from many networks."""

from __future__ import annotations

from collections import Counter

from abuse.conftest import EnterFrom
from abuse.tries import each, log_in, said
from pages.catalogue.steps import log_in_as, prove
from pages.forms import form_with
from pages.town import Town
from pages.visitor import Visitor


async def test_x1_a_number_that_nobody_has_is_answered_like_any_other(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Six guesses at a contract, and six at none: the same statuses, headers that say the same, and pages."""
    customer = fresh_town.new_customer()
    answers = []
    for first, number in ((100, customer.customer_number), (200, "9999999")):
        seen = []
        for network in range(first, first + 6):
            visitor = enter_from(network)
            await prove(visitor, customer, customer_number=number, holder_kana="ベツノ　ナマエ")
            seen.append((visitor.status, said(visitor), "retry-after" in visitor.headers))
        answers.append(seen)
    assert answers[0] == answers[1]
    assert [status for status, _, _ in answers[0]] == [422] * 5 + [429]


async def test_x2_from_the_eleventh_number_on_a_network_is_told_when_to_come_back(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Also with details that are right; from another network they are."""
    customer, visitor = fresh_town.new_customer(), enter_from(300)
    seen = Counter[int]()
    for number in range(1, 31):
        await prove(visitor, customer, customer_number=str(880_000 + number))
        seen[visitor.status] += 1
    assert seen == {422: 10, 429: 20}
    assert 0 < int(visitor.headers["retry-after"]) <= 600
    await prove(visitor, customer)
    assert visitor.status == 429
    at_home = enter_from(301)
    await prove(at_home, customer)
    assert at_home.url.endswith("/register/account")


async def test_x7_ids_are_checked_twenty_times_a_minute_and_not_without_a_proof(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """The script is told the same as the page."""
    visitor = enter_from(400)
    await prove(visitor, fresh_town.new_customer())
    for number in range(20):
        await visitor.presses("IDチェック", account_id=f"somebody-{number}")
        assert visitor.status == 200
    await visitor.presses("IDチェック", account_id="somebody-else")
    assert visitor.status == 429
    assert 0 < int(visitor.headers["retry-after"]) <= 60


async def test_x11_a_stranger_does_not_keep_the_owner_out(fresh_town: Town, enter_from: EnterFrom) -> None:
    """Five requests from anywhere; in the browser of the last log-in the right password is taken, with a
    cookie that is nobody's name. In another one it waits, and is not looked at.
    """
    home = enter_from(500)
    await log_in_as(home, fresh_town.member)
    assert home.url.endswith("/menu")
    await home.presses("ログアウト")
    for network in range(510, 515):
        assert await log_in(enter_from(network), fresh_town.member.account_id) == 422
    elsewhere = enter_from(520)
    await log_in_as(elsewhere, fresh_town.member)
    assert elsewhere.status == 429
    assert 0 < int(elsewhere.headers["retry-after"]) <= 60
    await log_in_as(home, fresh_town.member)
    assert home.url.endswith("/menu")


async def test_x12_who_sprays_ids_from_thirty_networks_is_seen_and_stopped(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """450 IDs, each once, fifteen from each network; who was not tried logs in meanwhile from home."""
    home = enter_from(600)
    await log_in_as(home, fresh_town.member)
    statuses = Counter[int]()

    async def spray(visitor: Visitor, mine: range) -> None:
        for number in mine:
            statuses[await log_in(visitor, f"victim-{number}")] += 1

    await each(
        spray(enter_from(610 + network), range(15 * network, 15 * network + 15)) for network in range(30)
    )
    assert statuses[429] > 100
    assert statuses.keys() == {422, 429}
    await log_in_as(home, fresh_town.member)
    assert home.url.endswith("/menu")


async def test_x13_a_forged_header_is_no_other_network(fresh_town: Town, enter_from: EnterFrom) -> None:
    """Twenty IDs, each with another address before the one that our proxy saw."""
    visitor = enter_from(700)
    await visitor.opens("/login")
    statuses = []
    for number in range(25):
        forged = f"198.51.{number}.1, 10.2.200.7"
        await visitor.opens("/login")
        await press_forged(visitor, forged, account_id=f"sprayed-{number}", password="Wrong-123")
        statuses.append(visitor.status)
    assert statuses == [422] * 20 + [429] * 5


async def press_forged(visitor: Visitor, forwarded_for: str, **typed: str) -> None:
    """[ログイン], with that header."""
    form, _ = form_with(visitor.html, "ログイン")
    await visitor.sends("POST", form.action, {**form.values, **typed}, X_Forwarded_For=forwarded_for)
