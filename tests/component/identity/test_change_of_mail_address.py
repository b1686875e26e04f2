"""メールアドレスの変更: asked for, and proved by the new mailbox."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from support.address_changes import NEW, OLD, Customer, refusal_of

from chassis.messaging.refusal import Refusal
from messages.account_settings import AddressChangeOrdered, MailAddressChanged, RefusalCode
from messages.identity import RefusalCode as IdentityCode
from services.identity.mail_address.forget_address_changes import forget_address_changes


async def test_the_new_mailbox_proves_itself_and_the_old_one_is_told(customer: Customer) -> None:
    """Nothing is changed before the link was confirmed; opening it changes nothing (X21)."""
    await customer.ask()
    token = await customer.newest_link()
    for _ in range(3):
        await customer.open(token)
    assert await customer.address() == OLD
    await customer.confirm(token)
    assert await customer.address() == NEW
    [to_new], [to_old] = await customer.links(AddressChangeOrdered), await customer.links(MailAddressChanged)
    assert (to_new.email_address, to_old.email_address) == (NEW, OLD)
    assert to_new.link_token != to_old.link_token
    told = await customer.harness.run(
        "SELECT kind FROM audit_entries WHERE kind LIKE 'mail_address%' ORDER BY id"
    )
    assert [row["kind"] for row in told] == ["mail_address_change_asked", "mail_address_changed"]


async def test_a_wrong_password_orders_no_mail_and_five_of_them_mean_a_wait(customer: Customer) -> None:
    """Whoever sits down at an open screen must not take the account; the owner can still log in."""
    for _ in range(5):
        assert await refusal_of(customer.ask(password="Wrong-12")) == RefusalCode.WRONG_PASSWORD
    assert await refusal_of(customer.ask()) == RefusalCode.TOO_MANY_PASSWORDS
    assert await customer.links(AddressChangeOrdered) == []
    await customer.harness.log_in()


async def test_guesses_at_the_same_moment_see_each_other(customer: Customer) -> None:
    """Twenty at once are no more than five."""
    codes = await asyncio.gather(*(refusal_of(customer.ask(password="Wrong-12")) for _ in range(20)))
    assert codes.count(RefusalCode.WRONG_PASSWORD) <= 5


async def test_three_mails_an_hour(customer: Customer) -> None:
    """X24."""
    for number in range(3):
        await customer.ask(f"new{number}@example.jp")
    assert await refusal_of(customer.ask()) == RefusalCode.TOO_MANY_ADDRESS_CHANGES


async def test_a_newer_wish_ends_the_older_one(customer: Customer) -> None:
    """The link of the older mail says so, and the address that was meant last is taken."""
    await customer.ask("older@example.jp")
    older = await customer.newest_link()
    await customer.ask()
    assert await refusal_of(customer.open(older)) == RefusalCode.ADDRESS_LINK_SUPERSEDED
    assert await refusal_of(customer.confirm(older)) == RefusalCode.ADDRESS_LINK_SUPERSEDED
    await customer.confirm(await customer.newest_link())
    assert await customer.address() == NEW


async def test_one_form_orders_one_mail_however_often_it_is_pressed(customer: Customer) -> None:
    """At one moment or later, and none of them counts; with another address, or once it is superseded or
    used, it is another wish.
    """
    form_key = uuid4()
    await asyncio.gather(*(customer.ask(form_key=form_key) for _ in range(4)))
    await customer.ask(form_key=form_key)
    assert len(await customer.links(AddressChangeOrdered)) == 1
    told = await customer.harness.run("SELECT FROM audit_entries WHERE kind = 'mail_address_change_asked'")
    assert len(told) == 1
    await customer.ask("other@example.jp", form_key=form_key)
    await customer.ask(form_key=form_key)
    assert len(await customer.links(AddressChangeOrdered)) == 3
    await customer.confirm(await customer.newest_link())
    assert await customer.address() == NEW


async def test_pressed_twenty_times_at_once_it_is_changed_once(customer: Customer) -> None:
    """X19: one wins, and one mail tells the old address."""
    await customer.ask()
    token = await customer.newest_link()
    outcomes = await asyncio.gather(*(customer.confirm(token) for _ in range(20)), return_exceptions=True)
    assert outcomes.count(None) == 1
    assert {str(each.code) for each in outcomes if isinstance(each, Refusal)} == {
        RefusalCode.ADDRESS_LINK_USED
    }
    assert len(await customer.links(MailAddressChanged)) == 1


async def test_the_link_works_for_the_account_that_asked_alone(customer: Customer) -> None:
    """X23: a mistyped address belongs to somebody who may have an account, too."""
    await customer.ask()
    token = await customer.newest_link()
    await customer.harness.given_account("hanako-1", number="999")
    await customer.harness.log_in("hanako-1", session="other")
    assert await refusal_of(customer.confirm(token, session="other")) == RefusalCode.ADDRESS_LINK_OF_ANOTHER
    assert await refusal_of(customer.confirm(token, session="none")) == IdentityCode.SESSION_ENDED
    assert await customer.address() == OLD


@pytest.mark.parametrize(("ago", "works"), [(timedelta(hours=23.9), True), (timedelta(hours=24.01), False)])
async def test_the_link_works_for_a_day(customer: Customer, ago: timedelta, works: bool) -> None:
    """Later it says so and changes nothing (X20)."""
    await customer.ask()
    await customer.harness.pretend_ago("address_changes", "asked_at", ago)
    token = await customer.newest_link()
    if works:
        await customer.confirm(token)
    else:
        assert await refusal_of(customer.confirm(token)) == RefusalCode.ADDRESS_LINK_EXPIRED
    assert await customer.address() == (NEW if works else OLD)


async def test_a_link_that_nobody_sent_is_unknown(customer: Customer) -> None:
    """Neither kind is the other."""
    undo = await customer.change_to(NEW)
    assert await refusal_of(customer.confirm("guessed")) == RefusalCode.ADDRESS_LINK_UNKNOWN
    assert await refusal_of(customer.confirm(undo)) == RefusalCode.ADDRESS_LINK_UNKNOWN
    assert await refusal_of(customer.undo(await customer.newest_link())) == RefusalCode.UNDO_LINK_UNKNOWN


async def test_a_new_address_takes_the_mark_of_bounces_off(customer: Customer) -> None:
    """It has just proved that mails arrive."""
    await customer.harness.run("UPDATE accounts SET mail_bounced_at = now()")
    await customer.change_to(NEW)
    assert not (await customer.harness.show_session("session")).mail_bounced


async def test_addresses_are_forgotten_when_nothing_can_come_of_them(customer: Customer) -> None:
    """X46: four days after it was asked for at most can it be taken back."""
    await customer.change_to(NEW)
    await customer.harness.pretend_ago("address_changes", "asked_at", timedelta(days=4))
    await forget_address_changes(customer.harness.service)
    assert len(await customer.harness.run("SELECT FROM address_changes")) == 1
    await customer.harness.pretend_ago("address_changes", "asked_at", timedelta(days=5, seconds=1))
    await forget_address_changes(customer.harness.service)
    assert await customer.harness.run("SELECT FROM address_changes") == []
