"""メールアドレスの変更: asked for, proved by the new mailbox, taken back by the old one (X38)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.identity_harness import KEYS, PASSWORD, Harness, received

from chassis.messaging.message import Event
from chassis.messaging.refusal import Refusal
from chassis.security.sealing import Sealer, Unsealer
from chassis.security.tokens import token_hash
from messages.account_settings import (
    AddressChangeOrdered,
    AskAddressChange,
    ConfirmAddressChange,
    LinkMail,
    MailAddressChanged,
    RefusalCode,
    ShowAddressChange,
    UndoAddressChange,
    WantedAddress,
)
from messages.identity import RefusalCode as IdentityCode
from messages.identity import SessionEnded
from messages.values import EmailAddress
from services.identity.mail_address.ask_address_change import ask_address_change
from services.identity.mail_address.confirm_address_change import confirm_address_change
from services.identity.mail_address.forget_address_changes import forget_address_changes
from services.identity.mail_address.show_address_change import show_address_change
from services.identity.mail_address.undo_address_change import undo_address_change

OLD, NEW = "taro@example.jp", "new@example.jp"


class Customer:
    """Somebody who is logged in with the session "session", and reads both mailboxes."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness

    async def ask(self, address: str = NEW, *, password: str = PASSWORD, session: str = "session") -> None:
        """[確認のメールを送る]."""
        wanted = WantedAddress(email_address=EmailAddress(address), password=password)
        sealed = Sealer(KEYS.sealing_public).seal(wanted, to="identity", bound_to=session)
        command = AskAddressChange(session_token_hash=session, wanted=sealed)
        await ask_address_change(self.harness.service, command, received())

    async def links(self, kind: type[AddressChangeOrdered] | type[MailAddressChanged]) -> list[LinkMail]:
        """The mails of that kind that were ordered so far, oldest first, as notification reads them."""
        opener = Unsealer([KEYS.sealing_private["notification"]])
        events: list[Event] = list(await self.harness.said(kind))
        return [opener.open(each.mail, LinkMail, bound_to=each.change_key) for each in events]  # type: ignore[attr-defined]

    async def newest_link(self) -> str:
        """The token of the last mail to a new address."""
        return (await self.links(AddressChangeOrdered))[-1].link_token

    async def open(self, token: str, *, session: str = "session") -> None:
        """The link of the mail to the new address."""
        query = ShowAddressChange(session_token_hash=session, link_token_hash=token_hash(token))
        await show_address_change(self.harness.service, query, received())

    async def confirm(self, token: str, *, session: str = "session") -> None:
        """[変更する]."""
        command = ConfirmAddressChange(session_token_hash=session, link_token_hash=token_hash(token))
        await confirm_address_change(self.harness.service, command, received())

    async def undo(self, token: str) -> None:
        """[元に戻す]."""
        command = UndoAddressChange(undo_token_hash=token_hash(token))
        await undo_address_change(self.harness.service, command, received())

    async def change_to(self, address: str) -> str:
        """The whole way; returns the token that takes it back."""
        await self.ask(address)
        await self.confirm(await self.newest_link())
        return (await self.links(MailAddressChanged))[-1].link_token

    async def address(self) -> str:
        """Where the account's mails go."""
        rows = await self.harness.run(
            "SELECT email_address FROM accounts WHERE account_id_folded = 'taro-01'"
        )
        return str(rows[0][0])


@pytest.fixture
async def customer(harness: Harness) -> Customer:
    """Logged in as Taro-01."""
    await harness.given_account()
    await harness.log_in(session="session")
    await harness.run("DELETE FROM outbox")
    return Customer(harness)


async def refusal_of(attempt: object) -> str:
    """The code of the refusal that an attempt ends with."""
    with pytest.raises(Refusal) as caught:
        await attempt  # type: ignore[misc]
    return str(caught.value.code)


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
