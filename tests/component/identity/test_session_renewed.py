"""Who typed his password again has another token: what anybody else holds of the old one is worth nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from support.address_changes import Customer, refusal_of

from messages.account_settings import AddressChangeOrdered, RefusalCode
from messages.identity import RefusalCode as IdentityCode
from messages.identity import SessionEnded
from services.identity.sessions.repository import end_session


async def columns(customer: Customer) -> list[dict[str, Any]]:
    """Every session, but for the token and the last use."""
    rows = await customer.harness.run("SELECT * FROM sessions ORDER BY session_token_hash")
    return [
        {name: value for name, value in row.items() if name not in ("session_token_hash", "last_seen_at")}
        for row in rows
    ]


async def ended(customer: Customer) -> set[str]:
    """The sessions of whose end gateways were told."""
    return {each.session_token_hash for each in await customer.harness.said(SessionEnded)}


async def test_the_old_token_is_dead_and_the_session_lives_on(customer: Customer) -> None:
    """X33: with its twelve hours, its account and the log-in before; gateways hear of the old token."""
    await customer.harness.pretend_ago("sessions", "created_at", timedelta(hours=11))
    before = await columns(customer)
    asked = await customer.ask(next_token="renewed")
    assert asked.session_renewed
    assert await refusal_of(customer.harness.show_session("session")) == IdentityCode.SESSION_ENDED
    await customer.harness.show_session("renewed")
    assert await columns(customer) == before
    assert await ended(customer) == {"session"}


async def test_another_device_keeps_its_session(customer: Customer) -> None:
    """Its customer did nothing there."""
    await customer.harness.log_in(session="telephone")
    await customer.ask(next_token="renewed")
    await customer.harness.show_session("telephone")


async def test_a_wrong_password_renews_nothing(customer: Customer) -> None:
    """Nor does what was refused for another reason."""
    assert await refusal_of(customer.ask(password="Wrong-12", next_token="renewed")) == (
        RefusalCode.WRONG_PASSWORD
    )
    for _ in range(3):
        await customer.ask()
    assert await refusal_of(customer.ask(next_token="renewed")) == RefusalCode.TOO_MANY_ADDRESS_CHANGES
    await customer.harness.show_session("session")
    assert await ended(customer) == set()


async def test_pressed_again_with_the_old_token_it_is_done_again(customer: Customer) -> None:
    """A second click, or an answer that was lost on its way: the session has the same new token."""
    for _ in range(2):
        assert (await customer.ask(next_token="renewed")).session_renewed
    await customer.harness.show_session("renewed")
    assert len(await columns(customer)) == 1


async def test_pressed_again_with_the_new_token_nothing_ends(customer: Customer) -> None:
    """The browser had taken the first answer in."""
    await customer.ask(next_token="renewed")
    assert (await customer.ask(session="renewed", next_token="renewed")).session_renewed
    await customer.harness.show_session("renewed")
    assert await ended(customer) == {"session"}


async def test_pressed_at_once_one_session_is_left(customer: Customer) -> None:
    """None of them is refused for what another one did."""
    presses = [customer.ask(next_token="renewed") for _ in range(3)]
    assert [each.session_renewed for each in await asyncio.gather(*presses)] == [True] * 3
    assert len(await columns(customer)) == 1
    await customer.harness.show_session("renewed")


async def test_the_old_token_opens_nothing_without_the_form_or_the_password(customer: Customer) -> None:
    """Whoever stole it knows no next token; and of a form that he opened himself, an unknown one."""
    await customer.ask(next_token="renewed")
    ordered = len(await customer.links(AddressChangeOrdered))
    for next_token in (None, "thiefs-own"):
        assert await refusal_of(customer.ask(next_token=next_token)) == IdentityCode.SESSION_ENDED
    assert await refusal_of(customer.ask(password="Wrong-12", next_token="renewed")) == (
        RefusalCode.WRONG_PASSWORD
    )
    assert len(await customer.links(AddressChangeOrdered)) == ordered


async def test_a_gateway_of_the_release_before_keeps_its_token(customer: Customer) -> None:
    """It sends no next one, and would not know it."""
    assert not (await customer.ask()).session_renewed
    await customer.harness.show_session("session")


async def test_a_session_that_ends_while_its_password_is_judged_changes_nothing(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X33: ended from another device in this moment."""
    matches = type(customer.harness.service.hasher).matches

    async def matches_late(*judged: Any) -> bool:
        is_right = await matches(*judged)
        async with customer.harness.database.transaction() as tx:
            await end_session(tx, "session")
        return is_right

    monkeypatch.setattr(type(customer.harness.service.hasher), "matches", matches_late)
    assert await refusal_of(customer.ask(next_token="renewed")) == IdentityCode.SESSION_ENDED
    assert await customer.links(AddressChangeOrdered) == []


async def test_a_token_replaced_by_sql_is_told_of_too(customer: Customer) -> None:
    """The table tells, whoever writes it."""
    await customer.harness.run("UPDATE sessions SET session_token_hash = 'by hand'")
    assert await ended(customer) == {"session"}
