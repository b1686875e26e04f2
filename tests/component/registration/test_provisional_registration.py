"""[仮登録する] (T11, T13, T17, T19, Q6, Q7, Q9 to Q11, X4 to X6, X9, X18, X24)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.registration_harness import KEYS, PASSWORD, Harness, received

from chassis.messaging.refusal import Refusal
from chassis.security.signing import Signer
from chassis.security.tokens import new_key, token_hash
from messages.registration import ProvisionallyRegistered, RefusalCode
from messages.values import PasswordPolicy
from services.registration.provisional.register_provisionally import register_provisionally


async def refusal_of(harness: Harness, **details: object) -> Refusal:
    """The no that a registration gets."""
    with pytest.raises(Refusal) as refused:
        await harness.register(**details)
    return refused.value


async def test_a_registration_stores_a_row_and_orders_a_mail(harness: Harness) -> None:
    """T17: both in one transaction; the order opens only with notification's key."""
    registered = await harness.register()
    row = await harness.row(registered.registration_key)
    order = await harness.mail_order(registered.registration_key)
    assert (row["state"], row["account_id_as_typed"], order.email_address) == (
        "registered",
        "Taro-01",
        "taro@example.jp",
    )


async def test_only_the_hash_of_the_token_and_of_the_password_is_stored(harness: Harness) -> None:
    """X18."""
    registered = await harness.register()
    row = await harness.row(registered.registration_key)
    stored = " ".join(str(value) for value in row.values())
    assert row["activation_token_hash"] == token_hash(registered.token)
    assert registered.token not in stored
    assert PASSWORD not in stored


async def test_neither_token_nor_address_is_in_the_outbox_in_clear(harness: Harness) -> None:
    """The broker and its dead letters see ciphertext."""
    registered = await harness.register()
    bodies = b" ".join(row["body"] for row in await harness.run("SELECT body FROM outbox"))
    assert registered.token.encode() not in bodies
    assert b"taro@" not in bodies


async def test_the_same_registration_key_gives_the_same_answer_once(harness: Harness) -> None:
    """K2: no second row, no second mail, no further hit on a limit."""
    command = harness.registering()
    answers = [await register_provisionally(harness.service, command, received()) for _ in range(7)]
    assert {answer.registration_key for answer in answers} == {command.registration_key}
    assert len(await harness.states()) == len(await harness.said(ProvisionallyRegistered)) == 1


async def test_the_same_registration_twenty_times_at_once_is_one_registration(harness: Harness) -> None:
    """A retry may overtake its original."""
    command = harness.registering()
    await asyncio.gather(*(register_provisionally(harness.service, command, received()) for _ in range(20)))
    assert await harness.states() == ["registered"]
    assert len(await harness.said(ProvisionallyRegistered)) == 1


async def test_another_contract_cannot_use_a_registration_key_that_is_in_use(harness: Harness) -> None:
    """It is not told anything about that registration."""
    registered = await harness.register()
    refusal = await refusal_of(harness, registration_key=registered.registration_key, account_id="Hanako-01")
    assert refusal.code == RefusalCode.PROOF_EXPIRED


async def test_an_expired_proof_is_refused(harness: Harness) -> None:
    """X6."""
    proof = harness.proof(new_key(), "browser", expires_in=timedelta(seconds=-1))
    assert (await refusal_of(harness, proof=proof)).code == RefusalCode.PROOF_EXPIRED


async def test_a_proof_of_another_browser_is_refused(harness: Harness) -> None:
    """A stolen proof is worth nothing (X5)."""
    assert (await refusal_of(harness, browser_token="another")).code == RefusalCode.PROOF_EXPIRED


async def test_a_proof_that_identity_did_not_sign_is_refused(harness: Harness) -> None:
    """Not even our own signature will do."""
    proof = harness.proof(new_key(), "browser", by=Signer(KEYS.signing_private["registration"]))
    assert (await refusal_of(harness, proof=proof)).code == RefusalCode.PROOF_EXPIRED


@pytest.mark.parametrize("password", ["abcdefgh", "Taro0123", "Abcdef1!", "password1"])
async def test_a_password_against_the_rules_is_refused(harness: Harness, password: str) -> None:
    """T13 and S2-8: kinds, the customer's own words, signs, the block list."""
    refusal = await refusal_of(harness, password=password, account_id="taro0123")
    assert refusal.code == RefusalCode.PASSWORD_NOT_ACCEPTED


async def test_the_operator_may_choose_the_other_password_rule(harness: Harness) -> None:
    """Q7: `nist` takes a long sentence."""
    registered = await harness.under_policy(PasswordPolicy.NIST).register(
        password="correct horse battery staple"
    )
    assert (await harness.row(registered.registration_key))["state"] == "registered"


async def test_a_reserved_id_is_refused_like_a_used_one(harness: Harness) -> None:
    """Q6."""
    assert (await refusal_of(harness, account_id="Webmaster")).code == RefusalCode.ACCOUNT_ID_TAKEN


async def test_an_id_in_other_letter_case_is_the_same_id(harness: Harness) -> None:
    """T11: 大文字と小文字は区別しません."""
    await harness.register(account_id="Taro-01")
    assert (
        await refusal_of(harness, account_id="TARO-01", mail="hanako@example.jp")
    ).code == RefusalCode.ACCOUNT_ID_TAKEN


async def test_a_refused_registration_leaves_nothing_behind(harness: Harness) -> None:
    """The contract's live registration survives, and no limit has counted it."""
    contract_key = new_key()
    await harness.register(account_id="Taken-01", mail="hanako@example.jp")
    mine = await harness.register(contract_key=contract_key)
    for _ in range(6):
        await refusal_of(harness, contract_key=contract_key, account_id="Taken-01")
    assert (await harness.row(mine.registration_key))["state"] == "registered"
    assert await harness.register(contract_key=contract_key)


async def test_of_twenty_contracts_that_want_one_id_at_once_exactly_one_gets_it(harness: Harness) -> None:
    """X9: nineteen are told that it is taken, and nothing fails."""
    tries = [
        harness.register(account_id="Taro-01", mail=f"customer{number}@example.jp") for number in range(20)
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    refusals = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert refusals == [RefusalCode.ACCOUNT_ID_TAKEN] * 19
    assert await harness.states() == ["registered"]


async def test_of_twenty_contracts_that_want_one_expired_id_at_once_exactly_one_gets_it(
    harness: Harness,
) -> None:
    """Nobody has swept the expired hold yet."""
    await harness.register(account_id="Taro-01")
    await harness.let_pass(timedelta(hours=33))
    tries = [
        harness.register(account_id="taro-01", mail=f"customer{number}@example.jp") for number in range(20)
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)] == [
        RefusalCode.ACCOUNT_ID_TAKEN
    ] * 19
    assert sorted(await harness.states()) == ["expired", "registered"]


async def test_twenty_registrations_of_one_contract_at_once_leave_one_live(harness: Harness) -> None:
    """X4: five are taken, each superseding the last; the others are told to wait, and nothing fails."""
    contract_key = new_key()
    tries = [
        harness.register(
            contract_key=contract_key, account_id=f"Taro-{number:02}", mail=f"taro{number}@example.jp"
        )
        for number in range(20)
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    refusals = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert refusals == [RefusalCode.TOO_MANY_REGISTRATIONS] * 15
    assert sorted(await harness.states()) == ["registered"] + ["superseded"] * 4


async def test_two_contracts_that_swap_their_expired_ids_at_once_do_not_block_each_other(
    harness: Harness,
) -> None:
    """Rows are locked in one order."""
    first, second = new_key(), new_key()
    for contract_key, account_id, mail in [
        (first, "Taro-01", "taro@example.jp"),
        (second, "Hanako-01", "hanako@example.jp"),
    ]:
        await harness.register(contract_key=contract_key, account_id=account_id, mail=mail)
    await harness.let_pass(timedelta(hours=33))
    await asyncio.gather(
        harness.register(contract_key=first, account_id="Hanako-01", mail="taro@example.jp"),
        harness.register(contract_key=second, account_id="Taro-01", mail="hanako@example.jp"),
    )
    assert sorted(state for state in await harness.states() if state == "registered") == ["registered"] * 2


async def test_the_same_contract_may_start_again_with_the_same_id(harness: Harness) -> None:
    """T19, Q10: the older registration is superseded, and what was personal in it is wiped."""
    contract_key = new_key()
    older = await harness.register(contract_key=contract_key)
    await harness.register(contract_key=contract_key)
    row = await harness.row(older.registration_key)
    assert (row["state"], row["email_address"], row["password_hash"], row["account_id_as_typed"]) == (
        "superseded",
        None,
        None,
        None,
    )


async def test_an_id_that_its_contract_gave_up_is_free_at_once(harness: Harness) -> None:
    """Starting again with another ID lets the first one go."""
    contract_key = new_key()
    await harness.register(contract_key=contract_key, account_id="Taro-01")
    await harness.register(contract_key=contract_key, account_id="Taro-02")
    assert await harness.register(account_id="Taro-01", mail="hanako@example.jp")


async def test_a_contract_with_an_account_is_told_so(harness: Harness) -> None:
    """Q11."""
    contract_key = new_key()
    await harness.activate(await harness.register(contract_key=contract_key))
    assert (
        await refusal_of(harness, contract_key=contract_key)
    ).code == RefusalCode.CONTRACT_ALREADY_REGISTERED
