"""2段階認証 in 設定: turned on by a code, changed by password and code, and told of each time (ADR 0071)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.address_changes import refusal_of
from support.identity_harness import KEYS, Harness
from support.second_factors import TwoStepCustomer

from chassis.security.sealing import BrokenSeal, Sealed, Sealer, Unsealer, new_sealing_keys
from chassis.security.tokens import new_key
from messages.account_notices import AccountChange
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import RefusalCode as IdentityCode
from messages.second_factor import OneTimeSecret, RefusalCode
from services.identity.second_factor.seal_again import seal_again


@pytest.fixture
async def customer(harness: Harness) -> TwoStepCustomer:
    """Logged in as Taro-01, without a second factor."""
    await harness.given_account()
    await harness.log_in(session="session")
    await harness.run("DELETE FROM outbox")
    return TwoStepCustomer(harness)


async def test_a_code_turns_it_on_and_the_holder_is_told(customer: TwoStepCustomer) -> None:
    """Ten recovery codes, an entry, a mail; other devices are logged out, this one is not."""
    harness = customer.harness
    await harness.log_in(session="phone")
    await customer.begin()
    assert (await customer.show()).on_since is None
    await customer.read_secret()
    codes = await customer.add()
    assert len(set(codes)) == 10
    shown = await customer.show()
    assert shown.on_since is not None
    assert shown.recovery_codes_left == 10
    assert await refusal_of(harness.show_session("phone")) == IdentityCode.SESSION_ENDED
    assert await customer.mails() == [AccountChange.SECOND_FACTOR_ADDED]
    assert await customer.audited("second_factor_added") == 1


async def test_nothing_is_on_before_the_first_code(customer: TwoStepCustomer) -> None:
    """A half-finished setup keeps nobody out, and a wrong code turns nothing on."""
    await customer.begin()
    await customer.read_secret()
    assert await refusal_of(customer.add(code=customer.wrong)) == RefusalCode.WRONG_CODE
    await customer.harness.log_in()
    assert (await customer.show()).on_since is None


async def test_a_setup_is_over_after_ten_minutes(customer: TwoStepCustomer) -> None:
    """Its code turns nothing on, and a new setup has another secret."""
    await customer.begin()
    secret = await customer.read_secret()
    await customer.harness.pretend_ago("second_factor_setups", "begun_at", timedelta(minutes=10))
    assert await refusal_of(customer.read_secret()) == RefusalCode.SECOND_FACTOR_SETUP_OVER
    assert await refusal_of(customer.add()) == RefusalCode.SECOND_FACTOR_SETUP_OVER
    await customer.begin()
    assert await customer.read_secret() != secret


async def test_two_tabs_show_one_secret(customer: TwoStepCustomer) -> None:
    """Whichever is read, its codes fit."""
    await customer.begin()
    first = await customer.read_secret()
    await asyncio.gather(*(customer.begin() for _ in range(3)))
    assert await customer.read_secret() == first
    await customer.add()


async def test_another_session_does_not_see_the_secret(customer: TwoStepCustomer) -> None:
    """Who sits at another device has not typed the password there."""
    await customer.harness.log_in(session="phone")
    await customer.begin()
    assert await refusal_of(customer.read_secret(session="phone")) == RefusalCode.SECOND_FACTOR_SETUP_OVER


async def test_a_wrong_password_begins_nothing(customer: TwoStepCustomer) -> None:
    """An open screen is not enough."""
    assert await refusal_of(customer.begin(password="Wrong-12")) == SettingsCode.WRONG_PASSWORD
    assert await refusal_of(customer.read_secret()) == RefusalCode.SECOND_FACTOR_SETUP_OVER


async def test_a_repeated_press_gets_the_same_recovery_codes(customer: TwoStepCustomer) -> None:
    """A double click: one mail, one set of codes; another form is told that it is on."""
    await customer.begin()
    await customer.read_secret()
    form, code = new_key(), customer.code()
    first = await customer.add(form_key=form, code=code)
    assert await customer.add(form_key=form, code=code) == first
    assert await refusal_of(customer.add(code=code)) == RefusalCode.SECOND_FACTOR_IS_ON
    assert await refusal_of(customer.add(form_key=form, code=customer.wrong)) == (
        RefusalCode.SECOND_FACTOR_IS_ON
    )
    assert len(await customer.mails()) == 1
    assert await refusal_of(customer.begin()) == RefusalCode.SECOND_FACTOR_IS_ON


async def test_many_presses_at_once_turn_it_on_once(customer: TwoStepCustomer) -> None:
    """All of one form: they all get the same codes."""
    await customer.begin()
    await customer.read_secret()
    form, code = new_key(), customer.code()
    made = await asyncio.gather(*(customer.add(form_key=form, code=code) for _ in range(10)))
    assert len(set(made)) == 1
    assert len(await customer.mails()) == 1


async def test_what_lies_in_the_database_is_no_secret(customer: TwoStepCustomer) -> None:
    """X18: neither the secret nor a recovery code, before and after it is on; another key opens no box."""
    await customer.begin()
    secret = await customer.read_secret()
    tables = ("second_factor_setups", "second_factors", "audit_entries", "outbox", "accounts")
    codes = await customer.add()
    rows = [str(row) for table in tables for row in await customer.harness.run(f"SELECT * FROM {table}")]
    assert rows
    for word in (secret, *codes):
        assert not any(word in row for row in rows)
    [row] = await customer.harness.run("SELECT account_key, secret_key_id, secret_box FROM second_factors")
    box = Sealed[OneTimeSecret](key_id=row["secret_key_id"], box=row["secret_box"])
    with pytest.raises(BrokenSeal):
        Unsealer([KEYS.sealing_private["registration"]]).open(box, OneTimeSecret, bound_to=row["account_key"])


async def test_new_recovery_codes_end_the_old_ones(customer: TwoStepCustomer) -> None:
    """With password and code; pressed twice they are the same."""
    await customer.turn_on()
    form, code = new_key(), customer.code()
    made = await customer.remake(code, form_key=form)
    assert await customer.remake(code, form_key=form) == made
    assert not set(made) & set(customer.recovery_codes)
    assert await customer.mails() == [AccountChange.RECOVERY_CODES_MADE]
    assert await customer.audited("recovery_codes_made") == 1
    await customer.let_steps_pass()
    assert await refusal_of(customer.remove(customer.recovery_codes[0])) == RefusalCode.WRONG_CODE
    await customer.remove(made[0])


@pytest.mark.parametrize("by", ["application", "recovery code"])
async def test_password_and_code_turn_it_off(customer: TwoStepCustomer, by: str) -> None:
    """Secret and codes are gone, other devices logged out, the holder told; a log-in asks for no code."""
    await customer.turn_on()
    harness = customer.harness
    waiting = await customer.type_password()
    await customer.remove(customer.code() if by == "application" else customer.recovery_codes[3])
    assert (await customer.show()).on_since is None
    assert await harness.run("SELECT FROM second_factors") == []
    assert AccountChange.SECOND_FACTOR_REMOVED in await customer.mails()
    assert await customer.audited("second_factor_removed") == 1
    assert await refusal_of(customer.type_code(waiting)) == RefusalCode.LOG_IN_AGAIN
    await harness.log_in()
    assert await refusal_of(customer.remove("000000")) == RefusalCode.SECOND_FACTOR_IS_OFF


async def test_neither_password_nor_code_alone_turns_it_off(customer: TwoStepCustomer) -> None:
    """And what fails is counted: after ten codes a right one has to wait as well."""
    await customer.turn_on()
    assert await refusal_of(customer.remove(password="Wrong-12")) == SettingsCode.WRONG_PASSWORD
    for _ in range(10):
        assert await refusal_of(customer.remove(customer.wrong)) == RefusalCode.WRONG_CODE
    assert await refusal_of(customer.remove()) == RefusalCode.TOO_MANY_CODES
    assert await customer.audited("second_factor_failed") == 10
    await customer.harness.let_pass(timedelta(minutes=1))
    await customer.remove()


async def test_a_change_of_password_keeps_it(customer: TwoStepCustomer) -> None:
    """The code is asked for with the new one, too."""
    await customer.turn_on()
    hashed = await customer.harness.service.hasher.hash("Ghijkl34")
    await customer.harness.run("UPDATE accounts SET password_hash = $1", hashed)
    waiting = await customer.type_password(password="Ghijkl34")
    assert await customer.type_code(waiting)


async def test_closing_deletes_it(customer: TwoStepCustomer) -> None:
    """Whoever closes the account; nothing of it is left (docs/retention.md)."""
    await customer.turn_on()
    await customer.harness.run("""
        UPDATE accounts SET closed_at = now(), account_id_as_typed = NULL, account_id_folded = NULL,
            password_hash = NULL, email_address = NULL, nickname = NULL
    """)
    assert await customer.harness.run("SELECT FROM second_factors") == []
    [row] = await customer.harness.run("SELECT second_factor_since FROM accounts")
    assert row["second_factor_since"] is None


async def test_a_secret_follows_identitys_newest_key(customer: TwoStepCustomer) -> None:
    """A rotation: after the hourly work the older key can be thrown away (docs/runbook.md)."""
    await customer.turn_on()
    private, public = new_sealing_keys()
    old = KEYS.sealing_private["identity"]
    rotated = customer.harness.with_settings(
        unsealer=Unsealer([private, old]), sealer=Sealer({**KEYS.sealing_public, "identity": public})
    )
    await seal_again(rotated.service)
    [row] = await customer.harness.run("SELECT * FROM second_factors")
    box = Sealed[OneTimeSecret](key_id=row["secret_key_id"], box=row["secret_box"])
    found = Unsealer([private]).open(box, OneTimeSecret, bound_to=row["account_key"])
    assert found.secret == customer.secret
    for service in (rotated.service, customer.harness.service):  # also where the newer key is not held
        await seal_again(service)
    assert [dict(row)] == [dict(each) for each in await rotated.run("SELECT * FROM second_factors")]


async def test_a_session_that_ended_changes_nothing(customer: TwoStepCustomer) -> None:
    """Each of the pages behind the log-in."""
    for attempt in (customer.begin, customer.read_secret, customer.show, customer.remove, customer.remake):
        customer.secret = "A" * 32
        assert await refusal_of(attempt(session="gone")) == IdentityCode.SESSION_ENDED


async def test_every_press_gives_the_session_its_next_token(customer: TwoStepCustomer) -> None:
    """ADR 0065: what has the old token has nothing any more; the same press sent again is done as well."""
    harness, form = customer.harness, new_key()
    await customer.begin(next_token="second")
    await customer.begin(next_token="second")
    await customer.read_secret(session="second")
    code = customer.code()
    made = await customer.add(session="second", next_token="third", code=code, form_key=form)
    assert await customer.add(session="second", next_token="third", code=code, form_key=form) == made
    await customer.let_steps_pass()
    made = await customer.remake(code, session="third", next_token="fourth", form_key=form)
    assert await customer.remake(code, session="third", next_token="fourth", form_key=form) == made
    await customer.remove(made[0], session="fourth", next_token="fifth")
    again = customer.remove(made[0], session="fourth", next_token="fifth")
    assert await refusal_of(again) == RefusalCode.SECOND_FACTOR_IS_OFF
    for old in ("session", "second", "third", "fourth"):
        assert await refusal_of(harness.show_session(old)) == IdentityCode.SESSION_ENDED
    assert await harness.show_session("fifth")


async def test_a_wrong_code_leaves_the_session_its_token(customer: TwoStepCustomer) -> None:
    """Nothing was done."""
    await customer.turn_on()
    wrong = customer.remove(customer.wrong, next_token="next")
    assert await refusal_of(wrong) == RefusalCode.WRONG_CODE
    assert await customer.harness.show_session("session")
