"""[元に戻す]: the old mailbox takes a change of the address back (X38)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.address_changes import NEW, OLD, Customer, refusal_of

from messages.account_settings import RefusalCode
from messages.identity import RefusalCode as IdentityCode
from messages.identity import SessionEnded


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
