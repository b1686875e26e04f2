"""退会: at once for the customer, thirty days later for what is personal (X46)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.identity_harness import HASHER, KEYS, PASSWORD, Harness, received

from chassis.messaging.refusal import Refusal
from chassis.security.sealing import Sealer
from messages.account_notices import AccountChange, AccountChanged, DeskChangedAccount
from messages.account_settings import LeaveAccount, RefusalCode, TypedPassword
from messages.identity import (
    AccountClosed,
    AccountMailRecipient,
    RegisteredContractProved,
    SessionEnded,
)
from messages.identity import RefusalCode as IdentityCode
from messages.values import CustomerNumber
from services.identity.accounts.close_ended_accounts import close_ended_accounts
from services.identity.accounts.unfreeze_account import unfreeze_account
from services.identity.own_account.leave_account import leave_account

PERSONAL = """
    SELECT num_nonnulls(account_id_as_typed, account_id_folded, password_hash, email_address, nickname)
    FROM accounts
"""


async def leave(harness: Harness, *, password: str = PASSWORD, session: str = "session") -> None:
    """[退会する]."""
    sealed = Sealer(KEYS.sealing_public).seal(
        TypedPassword(password=password), to="identity", bound_to=session
    )
    command = LeaveAccount(session_token_hash=session, client_network="network", password=sealed)
    await leave_account(harness.service, command, received())


@pytest.fixture
async def customer(harness: Harness) -> Harness:
    """Logged in twice."""
    await harness.given_account()
    await harness.log_in(session="session")
    await harness.log_in(session="phone")
    return harness


async def refusal_of(attempt: object) -> str:
    """The code of the refusal that an attempt ends with."""
    with pytest.raises(Refusal) as caught:
        await attempt  # type: ignore[misc]
    return str(caught.value.code)


async def test_every_session_ends_and_none_begins(customer: Harness) -> None:
    """Only who knows the password learns why; the number's holder does after his proof, and gets no mail
    that he should log in.
    """
    await leave(customer)
    assert {each.session_token_hash for each in await customer.said(SessionEnded)} == {"session", "phone"}
    assert await refusal_of(customer.show_session("phone")) == IdentityCode.SESSION_ENDED
    assert await refusal_of(customer.log_in()) == RefusalCode.ACCOUNT_LEFT
    assert await refusal_of(customer.log_in(password="Wrong-12")) == IdentityCode.WRONG_CREDENTIALS
    assert await refusal_of(customer.prove()) == RefusalCode.ACCOUNT_LEFT
    assert await customer.said(RegisteredContractProved) == []


async def test_a_wrong_password_leaves_nothing(customer: Harness) -> None:
    """An open screen is not enough."""
    assert await refusal_of(leave(customer, password="Wrong-12")) == RefusalCode.WRONG_PASSWORD
    await customer.show_session("session")


class Meanwhile:
    """A hasher that judges rightly, and something else happens to the account before its answer is used."""

    def __init__(self, harness: Harness, statement: str) -> None:
        self._harness = harness
        self._statement = statement

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """As the hasher says."""
        is_right = await HASHER.matches(password, password_hash)
        await self._harness.run(self._statement)
        return is_right


async def test_a_password_that_was_changed_while_it_was_judged_leaves_nothing(customer: Harness) -> None:
    """X33: a thief's press at the moment of the owner's."""
    changed = Meanwhile(customer, "UPDATE accounts SET password_hash = 'another'")
    attempt = leave(customer.with_settings(hasher=changed))
    assert await refusal_of(attempt) == RefusalCode.WRONG_PASSWORD
    assert await customer.run("SELECT FROM accounts WHERE left_at IS NOT NULL") == []


async def test_the_address_of_that_moment_is_told(customer: Harness) -> None:
    """Which the owner took back while the thief's press was judged."""
    moved = Meanwhile(customer, "UPDATE accounts SET email_address = 'back@example.jp'")
    await leave(customer.with_settings(hasher=moved))
    [told] = await customer.said(AccountChanged)
    assert customer.opened_by_notification(told, AccountMailRecipient).email_address == "back@example.jp"


async def test_pressed_twice_it_is_told_once(customer: Harness) -> None:
    """The second press comes without a session."""
    await leave(customer)
    assert await refusal_of(leave(customer)) == IdentityCode.SESSION_ENDED
    told = await customer.run("SELECT FROM audit_entries WHERE kind = 'account_left'")
    assert len(told) == 1
    assert [each.change for each in await customer.said(AccountChanged)] == [AccountChange.ACCOUNT_LEFT]


@pytest.mark.parametrize(("days", "is_closed"), [(29.9, False), (30.1, True)])
async def test_what_is_personal_goes_after_thirty_days(
    customer: Harness, days: float, is_closed: bool
) -> None:
    """Registration hears then that the ID is free; until then it answers as used."""
    await leave(customer)
    await customer.pretend_ago("accounts", "left_at", timedelta(days=days))
    for _ in range(2):
        await close_ended_accounts(customer.service)
    assert [row[0] for row in await customer.run(PERSONAL)] == [0 if is_closed else 5]
    assert len(await customer.said(AccountClosed)) == int(is_closed)


async def test_the_desk_takes_it_back_within_the_thirty_days(customer: Harness) -> None:
    """The customer logs in as before, and nothing is closed later."""
    await leave(customer)
    await customer.pretend_ago("accounts", "left_at", timedelta(days=29))
    assert await unfreeze_account(
        customer.database, CustomerNumber("102030"), done_by="desk", reason="called"
    )
    assert await refusal_of(customer.show_session("phone")) == IdentityCode.SESSION_ENDED
    await customer.log_in()
    await close_ended_accounts(customer.service)
    assert [row[0] for row in await customer.run(PERSONAL)] == [5]
    told = await customer.run("SELECT kind FROM audit_entries WHERE done_by = 'desk'")
    assert [row["kind"] for row in told] == ["account_restored"]
    [said] = await customer.said(DeskChangedAccount)
    assert said.change is AccountChange.ACCOUNT_RESTORED
