"""[パスキーでログイン], by an authenticator that signs for real."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.address_changes import Customer, refusal_of
from support.identity_harness import Harness, sweep
from support.passkeys_of_identity import PasskeyOwner, log_in_by
from support.second_factors import TwoStepCustomer
from support.software_authenticator import SoftwareAuthenticator

from chassis.security.tokens import new_token
from messages.account_notices import AccountChange, AccountChanged
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import RefusalCode as IdentityCode
from messages.passkeys import RefusalCode
from messages.values import Device


@pytest.fixture
async def owner(customer: Customer) -> PasskeyOwner:
    """Taro-01."""
    return PasskeyOwner(customer.harness)


@pytest.fixture
async def passkey(owner: PasskeyOwner) -> SoftwareAuthenticator:
    """His passkey."""
    return await owner.with_passkey()


@pytest.fixture
def harness(owner: PasskeyOwner) -> Harness:
    """Where he logs in."""
    return owner.harness


async def audited(harness: Harness, kind: str) -> int:
    """How many entries about somebody's account the audit has of that kind."""
    statement = "SELECT count(*) FROM audit_entries WHERE kind = $1 AND account_key IS NOT NULL"
    return int((await harness.run(statement, kind))[0][0])


async def test_a_signature_opens_the_session_that_a_password_opens(
    harness: Harness, owner: PasskeyOwner, passkey: SoftwareAuthenticator
) -> None:
    """With its entry, the mark of the device, and the time of its use; the ticket of the 本登録 is spent."""
    challenge = new_token()
    shown = await log_in_by(
        harness, passkey.sign(challenge), challenge, session="by-key", device_token_hash="browser"
    )
    assert (shown.nickname, shown.previous_login_at is None) == ("たろう", False)
    assert shown.device_mark is not None
    assert (await harness.show_session("by-key")).account_key == shown.account_key
    assert await audited(harness, "logged_in") == 2
    assert len(await harness.run("SELECT FROM spent_login_proofs")) == 1
    [own] = await owner.own()
    assert own.last_used_at is not None


async def test_a_new_kind_of_device_is_told_by_mail(harness: Harness, passkey: SoftwareAuthenticator) -> None:
    """Once, however often the command comes."""
    await harness.log_in(device="mac/safari")
    challenge = new_token()
    signed = passkey.sign(challenge)
    for _ in range(2):
        await log_in_by(harness, signed, challenge, session="by-key", device=Device("windows/edge"))
    [told] = await harness.said(AccountChanged)
    assert (told.change, told.device) == (AccountChange.NEW_DEVICE, "windows/edge")


async def test_a_challenge_is_taken_once(harness: Harness, passkey: SoftwareAuthenticator) -> None:
    """Replayed it opens nothing, also at the same instant, and by an authenticator that does not count."""
    challenge = new_token()
    signed = passkey.sign(challenge)
    tries = [log_in_by(harness, signed, challenge, session=f"s{number}") for number in range(5)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert len([each for each in outcomes if not isinstance(each, Exception)]) == 1
    assert len(await harness.run("SELECT FROM sessions WHERE session_token_hash LIKE 's_'")) == 1


async def test_a_replayed_signature_of_one_that_does_not_count_is_refused(
    harness: Harness, owner: PasskeyOwner
) -> None:
    """Most passkeys that are kept in a cloud count nothing: the challenge alone holds it."""
    passkey, challenge = await owner.with_passkey(counts=False), new_token()
    signed = passkey.sign(challenge)
    await log_in_by(harness, signed, challenge)
    again = await refusal_of(log_in_by(harness, signed, challenge, session="again"))
    assert again == RefusalCode.PASSKEY_CHALLENGE_SPENT
    assert await refusal_of(harness.show_session("again")) == IdentityCode.SESSION_ENDED
    fresh = new_token()
    await log_in_by(harness, passkey.sign(fresh), fresh)


async def test_a_challenge_that_is_written_in_another_way_is_none(
    harness: Harness, owner: PasskeyOwner
) -> None:
    """Else a replayed one would be a fresh one: padded, or with other bits behind its last byte."""
    passkey, challenge = await owner.with_passkey(counts=False), "QUJD" * 10 + "QQ"
    signed = passkey.sign(challenge)
    await log_in_by(harness, signed, challenge)
    for text in (f"{challenge}=", f"{challenge}==", challenge[:-1] + "R", f"{challenge}\n", f" {challenge}"):
        refused = await refusal_of(log_in_by(harness, signed, text))
        assert refused == RefusalCode.PASSKEY_REFUSED, text


async def test_a_frozen_account_says_whom_to_call(harness: Harness, passkey: SoftwareAuthenticator) -> None:
    """As after the password, with its entry; and so does one whose customer has left."""
    await harness.run("UPDATE accounts SET frozen_at = now()")
    challenge = new_token()
    refused = await refusal_of(log_in_by(harness, passkey.sign(challenge), challenge))
    assert refused == IdentityCode.ACCOUNT_FROZEN
    await harness.run("UPDATE accounts SET left_at = now()")
    challenge = new_token()
    refused = await refusal_of(log_in_by(harness, passkey.sign(challenge), challenge))
    assert refused == SettingsCode.ACCOUNT_LEFT
    assert await audited(harness, "log_in_while_frozen") == 2


async def test_a_network_that_fails_with_many_passkeys_waits(
    harness: Harness, owner: PasskeyOwner, passkey: SoftwareAuthenticator
) -> None:
    """X12; another network does not, nor does one whose passkeys are right."""
    for _ in range(20):
        challenge, nobodys = new_token(), await owner.authenticator()
        await refusal_of(log_in_by(harness, nobodys.sign(challenge), challenge, network="strangers"))
    await harness.let_pass(timedelta(seconds=30))  # longer than a try counts that nobody has judged
    challenge = new_token()
    waits = await refusal_of(log_in_by(harness, passkey.sign(challenge), challenge, network="strangers"))
    assert waits == IdentityCode.TOO_MANY_LOGINS
    challenge = new_token()
    await log_in_by(harness, passkey.sign(challenge), challenge, network="another")
    await harness.let_pass(timedelta(minutes=16))
    for _ in range(25):
        challenge = new_token()
        await log_in_by(harness, passkey.sign(challenge), challenge, network="strangers")


async def test_what_a_log_in_spent_is_kept_for_a_day(
    harness: Harness, passkey: SoftwareAuthenticator
) -> None:
    """Longer than any page offers it."""
    challenge = new_token()
    await log_in_by(harness, passkey.sign(challenge), challenge)
    await harness.pretend_ago("passkey_challenges", "made_at", timedelta(hours=23))
    await sweep(harness.service)
    assert len(await harness.run("SELECT FROM passkey_challenges")) == 2
    await harness.pretend_ago("passkey_challenges", "made_at", timedelta(hours=25))
    await sweep(harness.service)
    assert await harness.run("SELECT FROM passkey_challenges") == []


async def test_a_passkey_stands_for_the_code_as_well(harness: Harness, owner: PasskeyOwner) -> None:
    """Its authenticator made sure of its user; the code is asked for after a password alone."""
    factor = TwoStepCustomer(harness)
    passkey = await owner.with_passkey()
    await harness.log_in(session="settings")
    await factor.turn_on(session="settings")
    challenge = new_token()
    assert await log_in_by(harness, passkey.sign(challenge), challenge, session="by-key")
    assert await harness.show_session("by-key")
    await factor.type_password()
