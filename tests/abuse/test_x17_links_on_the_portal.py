"""X17: a network tries links of every kind on the five processes, and is told to wait on every page alike."""

from __future__ import annotations

from abuse.conftest import EnterFrom
from pages.catalogue.steps import activate, go_on_to_menu
from pages.town import Town
from pages.visitor import Visitor
from support.recovery_on_the_portal import CHANGE

from chassis.security.tokens import new_token


async def undo(visitor: Visitor, token: str) -> None:
    """[元に戻す] behind a link."""
    await visitor.opens(f"/address-undo/{token}")
    await visitor.presses("元に戻す")


async def test_x17_whichever_links_a_network_tries_after_twenty_it_waits(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """429 with an honest wait, the same for a right link, which works next door."""
    owner = enter_from(601)
    customer = await activate(owner, fresh_town.new_customer())
    await go_on_to_menu(owner)
    await owner.opens("/recover/password")
    await owner.presses("メールを送る", account=customer.account_id, email_address=customer.email_address)
    right = await fresh_town.reset_link(customer)
    evil = enter_from(602)
    statuses = []
    for number in range(30):
        if number % 2:
            await evil.opens(f"/reset/{new_token()}")
        else:
            await undo(evil, new_token())
        statuses.append(evil.status)
    assert statuses == [404] * 20 + [429] * 10
    pages = []
    for link in (right, f"/reset/{new_token()}"):
        await evil.opens(link)
        assert evil.status == 429
        assert 0 < int(evil.headers["retry-after"]) <= 60
        assert "約1分後" in evil.html
        pages.append(len(evil.html))
    assert pages[0] == pages[1]
    neighbour = enter_from(603)
    await neighbour.opens(right)
    assert CHANGE in neighbour.html
