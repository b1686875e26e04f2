"""パスワードの変更 by a customer who is logged in (X33)."""

from __future__ import annotations

import asyncio

import pytest
from support.address_changes import Customer, refusal_of
from support.identity_harness import KEYS, PASSWORD, Harness, received

from chassis.security.sealing import Sealer
from messages.account_notices import AccountChange, AccountChanged
from messages.account_settings import AddressChangeOrdered, ChangePassword, PasswordChange, RefusalCode
from messages.identity import RefusalCode as IdentityCode
from messages.values import Password
from services.identity.own_account.change_password import change_password

NEW = "Ghijkl34"


async def change(
    harness: Harness, new: str = NEW, *, password: str = PASSWORD, session: str = "session"
) -> None:
    """[変更する]."""
    passwords = PasswordChange(password=password, new_password=Password(new))
    sealed = Sealer(KEYS.sealing_public).seal(passwords, to="identity", bound_to=session)
    command = ChangePassword(session_token_hash=session, client_network="network", passwords=sealed)
    await change_password(harness.service, command, received())


async def test_the_new_password_opens_the_account_and_the_old_one_nothing(customer: Customer) -> None:
    """Every session is over, this one too; the holder is told, and the audit."""
    harness = customer.harness
    await harness.log_in(session="phone")
    await change(harness)
    for session in ("session", "phone"):
        assert await refusal_of(harness.show_session(session)) == IdentityCode.SESSION_ENDED
    assert await refusal_of(harness.log_in()) == IdentityCode.WRONG_CREDENTIALS
    await harness.log_in(password=NEW)
    assert [each.change for each in await harness.said(AccountChanged)] == [AccountChange.PASSWORD_CHANGED]
    told = await harness.run("SELECT FROM audit_entries WHERE kind = 'password_changed'")
    assert len(told) == 1


async def test_a_wrong_old_password_changes_nothing(customer: Customer) -> None:
    """An open screen is not enough (X38)."""
    assert await refusal_of(change(customer.harness, password="Wrong-12")) == RefusalCode.WRONG_PASSWORD
    await customer.harness.show_session("session")
    await customer.harness.log_in()


@pytest.mark.parametrize("new", ["password1", "Taro0123", "0748660739a", "a1020300"], ids=range(4))
async def test_a_password_that_others_would_guess_is_refused(customer: Customer, new: str) -> None:
    """S2-8: listed, of his ID, his telephone, his number; the gateway knows only the first kind."""
    assert await refusal_of(change(customer.harness, new)) == RefusalCode.NEW_PASSWORD_NOT_ACCEPTED
    await customer.harness.log_in()


async def test_of_many_presses_at_once_one_changes_it(customer: Customer) -> None:
    """The same press, several times: one mail, and the account is never without a password."""
    await asyncio.gather(*(change(customer.harness) for _ in range(3)), return_exceptions=True)
    await customer.harness.log_in(password=NEW)
    assert len(await customer.harness.said(AccountChanged)) == 1


async def test_what_was_on_its_way_by_mail_is_over(customer: Customer) -> None:
    """Somebody else may have asked for it: a link to a new address is dead."""
    await customer.ask()
    assert len(await customer.links(AddressChangeOrdered)) == 1
    token = await customer.newest_link()
    await change(customer.harness)
    await customer.harness.log_in(password=NEW, session="again")
    dead = customer.confirm(token, session="again")
    assert await refusal_of(dead) == RefusalCode.ADDRESS_LINK_SUPERSEDED
