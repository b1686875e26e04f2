"""Mailbox and password are lost: the proof of the contract and a code of the desk together let the customer
set both anew.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from support.address_changes import Customer
from support.codes_of_the_desk import renew
from support.identity_harness import NUMBER, PASSWORD, Harness
from support.recovery_steps import Forgetful

from chassis.messaging.refusal import Refusal
from messages.account_notices import AccountChange, AccountChanged
from messages.account_settings import RefusalCode as SettingsCode
from messages.enrolment import RefusalCode
from messages.identity import AccountMailRecipient, SessionEnded
from messages.recovery import RefusalCode as RecoveryCode
from messages.values import CustomerNumber
from services.identity.enrolment.domain import IssuedCode, NoCode
from services.identity.enrolment.issue_code import issue_code

NEW = "Zyxwvu98"


async def issued(harness: Harness, number: str = NUMBER) -> IssuedCode | NoCode:
    """As `mypage desk issue-code` does."""
    return await issue_code(harness.database, CustomerNumber(number), done_by="hanako", reason="免許証を確認")


async def a_code(harness: Harness, number: str = NUMBER) -> str:
    """Read out to the customer."""
    found = await issued(harness, number)
    assert isinstance(found, IssuedCode)
    return found.code


async def refused(attempt: Any) -> str:
    """The code that an attempt ends with."""
    with pytest.raises(Refusal) as caught:
        await attempt
    return caught.value.code


async def kinds(harness: Harness) -> list[str]:
    """What the audit tells of codes."""
    rows = await harness.run("SELECT kind FROM audit_entries WHERE kind LIKE 'enrolment%' ORDER BY id")
    return [row["kind"] for row in rows]


async def test_the_customer_is_in_again_and_his_former_address_is_told(harness: Harness) -> None:
    """All sessions end, and five wrong passwords of a stranger keep nobody out."""
    await harness.given_account()
    await harness.log_in(session="stolen")
    for number in range(5):
        await refused(harness.log_in(password="wrong", network=f"n{number}"))
    renewed = await renew(harness, await a_code(harness))
    assert renewed.account_id == "Taro-01"
    assert await harness.log_in(password=NEW)
    assert await refused(harness.log_in(password=PASSWORD)) == "identity.wrong_credentials"
    assert [event.session_token_hash for event in await harness.said(SessionEnded)] == ["stolen"]
    [row] = await harness.run("SELECT email_address FROM accounts")
    assert row["email_address"] == "neu@example.jp"
    [told] = await harness.said(AccountChanged)
    recipient = harness.opened_by_notification(told, AccountMailRecipient)
    assert (told.change, recipient.email_address) == (AccountChange.ACCESS_RENEWED, "taro@example.jp")
    assert await kinds(harness) == ["enrolment_code_issued", "enrolment_code_used"]


async def test_a_code_works_once_and_a_second_press_gets_the_first_answer(harness: Harness) -> None:
    """Of many at once one wins; the same form again changes nothing more."""
    await harness.given_account()
    code, form_key = await a_code(harness), uuid4()
    await renew(harness, code, form_key=form_key)
    assert (await renew(harness, code, form_key=form_key)).account_id == "Taro-01"
    assert await refused(renew(harness, code)) == RefusalCode.ENROLMENT_REFUSED
    assert len(await harness.said(AccountChanged)) == 1
    code = await a_code(harness)
    answers = await asyncio.gather(
        *(renew(harness, code, network=f"n{each}") for each in range(4)), return_exceptions=True
    )
    assert [isinstance(each, Refusal) for each in answers].count(False) == 1


@pytest.mark.parametrize("other", [{"password": "Wvutsr87"}, {"mail": "corrected@example.jp"}], ids=range(2))
async def test_who_corrects_himself_after_the_first_press_is_not_told_that_it_is_done(
    harness: Harness, other: dict[str, str]
) -> None:
    """He hung up, went back and typed something else: the account has what he typed first, and says so."""
    await harness.given_account()
    code, form_key = await a_code(harness), uuid4()
    await renew(harness, code, form_key=form_key)
    again = renew(harness, code, form_key=form_key, **other)
    assert await refused(again) == RefusalCode.ENROLMENT_REFUSED
    assert await harness.log_in(password=NEW)


async def test_whatever_the_lost_mailbox_got_is_worth_nothing(customer: Customer) -> None:
    """Whoever reads it now neither brings the address back, nor moves it on, nor sets another password."""
    undo = await customer.change_to("lost@example.jp")
    await Forgetful(customer.harness).ask("Taro-01", "lost@example.jp")
    [reset] = [each.reset_token for each in await Forgetful(customer.harness).mails()]
    await customer.ask("thief@example.jp")
    pending = await customer.newest_link()
    await renew(customer.harness, await a_code(customer.harness), mail="lost@example.jp")
    assert await refused(customer.undo(undo)) == SettingsCode.UNDO_LINK_EXPIRED
    assert await refused(Forgetful(customer.harness).reset(reset)) == RecoveryCode.RESET_USED
    await customer.harness.log_in(password=NEW, session="his")
    link = customer.confirm(pending, session="his")
    assert await refused(link) == SettingsCode.ADDRESS_LINK_SUPERSEDED
    assert await customer.address() == "lost@example.jp"


async def test_at_the_moment_of_another_change_each_is_answered(customer: Customer) -> None:
    """What the former session begins comes before, or not at all: the typed address and password stay."""
    for number in range(3):
        await customer.ask(f"a{number}@example.jp", password=NEW if number else PASSWORD)
        link, code = await customer.newest_link(), await a_code(customer.harness)
        presses = [customer.confirm(link) for _ in range(3)]
        answers = await asyncio.gather(renew(customer.harness, code), *presses, return_exceptions=True)
        assert not isinstance(answers[0], BaseException)
        assert {type(each) for each in answers[1:]} <= {type(None), Refusal}
        assert await customer.address() == "neu@example.jp"
        await customer.harness.log_in(password=NEW, session="session")


@pytest.mark.parametrize("what", ["code", "name", "number", "nobody", "old", "spent", "replaced", "frozen"])
async def test_whatever_is_wrong_the_refusal_is_one(harness: Harness, what: str) -> None:
    """A right name without a right code is worth nothing, and a right code without a right name; nothing of
    the account has changed.
    """
    await harness.given_account()
    await harness.given_account("Jiro-02", number="405060")
    code = await a_code(harness)
    how: dict[str, Any] = {
        "code": {"code": "0" * 16},
        "name": {"kana": "アイコム　ジロウ"},
        "number": {"number": "405060"},
        "nobody": {"number": "999"},
    }.get(what, {})
    if what == "old":
        await harness.pretend_ago("enrolment_codes", "issued_at", timedelta(minutes=15, seconds=1))
    if what == "spent":
        await renew(harness, code, password=PASSWORD, mail="taro@example.jp")
    if what == "replaced":
        await a_code(harness)
    if what == "frozen":
        await harness.run("UPDATE accounts SET frozen_at = now()")
    assert await refused(renew(harness, **{"code": code, **how})) == RefusalCode.ENROLMENT_REFUSED
    rows = await harness.run("SELECT email_address FROM accounts")
    assert {row["email_address"] for row in rows} == {"taro@example.jp"}


@pytest.mark.parametrize("password", ["Password1", "Taro0123", "0748660739a", "a1020300", "Neuadresse1"])
async def test_a_password_that_a_stranger_would_try_is_refused_and_the_code_stays_good(
    harness: Harness, password: str
) -> None:
    """S2-8: whoever asks identity, with what it knows of the customer; nothing has changed."""
    await harness.given_account()
    code = await a_code(harness)
    attempt = renew(harness, code, password=password, mail="neuadresse@example.jp")
    assert await refused(attempt) == RecoveryCode.PASSWORD_NOT_ACCEPTED
    assert await harness.log_in()
    assert await kinds(harness) == ["enrolment_code_issued"]
    await renew(harness, code)
    assert await harness.log_in(password=NEW)


async def test_of_a_password_nothing_is_said_unless_all_else_is_right(harness: Harness) -> None:
    """Else it would tell a stranger which words are the customer's."""
    await harness.given_account()
    await a_code(harness)
    attempt = renew(harness, "0" * 16, password="Taro0123")
    assert await refused(attempt) == RefusalCode.ENROLMENT_REFUSED


async def test_a_code_that_was_missed_five_times_is_worth_nothing(harness: Harness) -> None:
    """Whatever the networks are."""
    await harness.given_account()
    code = await a_code(harness)
    for number in range(5):
        await refused(renew(harness, "0" * 16, network=f"n{number}"))
    assert await refused(renew(harness, code)) == RefusalCode.ENROLMENT_REFUSED


async def test_tries_are_limited_by_number_and_by_network(harness: Harness) -> None:
    """Whether there is such a contract or not; a right one counts, too, as it costs the same."""
    for each in range(10):
        await refused(renew(harness, "1" * 16, number="999", network=f"n{each}"))
    assert await refused(renew(harness, "1" * 16, number="999")) == RefusalCode.TOO_MANY_ENROLMENTS
    for each in range(10):
        await refused(renew(harness, "1" * 16, number=f"88{each}", network="one"))
    assert await refused(renew(harness, "1" * 16, network="one")) == RefusalCode.TOO_MANY_ENROLMENTS


async def test_the_desk_gets_a_code_only_for_an_account_that_works(harness: Harness) -> None:
    """And three an hour: who gives out more is asked for too many."""
    assert await issued(harness) is NoCode.NO_ACCOUNT
    await harness.given_account()
    await harness.run("UPDATE accounts SET frozen_at = now()")
    assert await issued(harness) is NoCode.FROZEN
    await harness.run("UPDATE accounts SET frozen_at = NULL")
    for _ in range(3):
        assert isinstance(await issued(harness), IssuedCode)
    assert await issued(harness) is NoCode.TOO_MANY
    await harness.pretend_ago("audit_entries", "happened_at", timedelta(minutes=61))
    assert isinstance(await issued(harness), IssuedCode)


async def test_no_code_lies_in_the_database(harness: Harness) -> None:
    """Neither there nor in the audit."""
    await harness.given_account()
    code = await a_code(harness)
    for table in ("enrolment_codes", "audit_entries", "outbox"):
        assert code not in str(await harness.run(f"SELECT * FROM {table}"))
