"""[元に戻す]: the old mailbox takes a change of the address back (X38)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.address_changes import NEW, OLD, Customer, refusal_of

from chassis.messaging.refusal import Refusal
from messages.account_notices import AccountChange, AccountChanged
from messages.account_settings import RefusalCode
from messages.identity import AccountMailRecipient, SessionEnded
from messages.identity import RefusalCode as IdentityCode


async def test_the_old_mailbox_takes_it_back_and_ends_every_session(customer: Customer) -> None:
    """X38, once; every gateway hears of the ended sessions."""
    await customer.harness.log_in(session="thief")
    undo = await customer.change_to(NEW)
    await customer.undo(undo)
    assert await customer.address() == OLD
    ended = {each.session_token_hash for each in await customer.harness.said(SessionEnded)}
    assert ended == {"session", "thief"}
    assert await refusal_of(customer.harness.show_session("thief")) == IdentityCode.SESSION_ENDED
    assert await refusal_of(customer.undo(undo)) == RefusalCode.UNDO_LINK_USED


async def test_the_address_that_is_taken_away_is_told(customer: Customer) -> None:
    """Whoever moved it from a mailbox that others read must know that they took it back. Once."""
    undo = await customer.change_to(NEW)
    await customer.undo(undo)
    await refusal_of(customer.undo(undo))
    [told] = await customer.harness.said(AccountChanged)
    recipient = customer.harness.opened_by_notification(told, AccountMailRecipient)
    assert (told.change, recipient.email_address) == (AccountChange.MAIL_ADDRESS_CHANGED, NEW)


async def test_nobody_takes_it_back_to_an_address_in_between(customer: Customer) -> None:
    """A thief moved the address twice: the owner of the first one has the last word, whatever the thief's
    mailbox was told.
    """
    to_old = await customer.change_to("thief@example.jp")
    to_thief = await customer.change_to("accomplice@example.jp")
    await customer.undo(to_old)
    assert await customer.address() == OLD
    assert await refusal_of(customer.undo(to_thief)) == RefusalCode.UNDO_LINK_USED
    assert await customer.address() == OLD


async def test_pressed_at_the_moment_of_another_change_it_has_the_last_word(customer: Customer) -> None:
    """Each press is answered, and none is told that something went wrong: no two wait for each other."""
    for number in range(12):
        undo = await customer.change_to(f"first{number}@example.jp")
        await customer.ask(f"second{number}@example.jp")
        link = await customer.newest_link()
        presses = (customer.undo(undo), customer.confirm(link), customer.open(link), customer.open(link))
        answers = await asyncio.gather(*presses, return_exceptions=True)
        assert {type(each) for each in answers} <= {type(None), Refusal}
        assert answers[0] is None
        assert await customer.address() == OLD
        await customer.harness.let_pass(timedelta(hours=1))
        await customer.harness.log_in(session="session")


@pytest.mark.parametrize(("ago", "works"), [(timedelta(hours=71.9), True), (timedelta(hours=72.01), False)])
async def test_it_can_be_taken_back_for_three_days(customer: Customer, ago: timedelta, works: bool) -> None:
    """X38."""
    undo = await customer.change_to(NEW)
    await customer.harness.pretend_ago("address_changes", "changed_at", ago)
    if works:
        await customer.undo(undo)
    else:
        assert await refusal_of(customer.undo(undo)) == RefusalCode.UNDO_LINK_EXPIRED
    assert await customer.address() == (OLD if works else NEW)
