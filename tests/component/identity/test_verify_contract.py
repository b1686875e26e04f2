"""[認証]: who may register, and what a stranger learns."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest
from support.identity_harness import KANA, KEYS, NUMBER, PHONE, Harness

from chassis.database.connections import Connections
from chassis.database.db import Database
from chassis.messaging.refusal import Refusal
from chassis.security.signing import Verifier
from messages.identity import AccountMailRecipient, RefusalCode, RegisteredContractProved, VerificationProof
from mypage.local.postgres import PrivatePostgres

MISMATCHES = {
    "unknown number": ("999", PHONE, KANA),
    "wrong phone": (NUMBER, "0748660000", KANA),
    "wrong name": (NUMBER, PHONE, "アイコム　ハナコ"),
    "closed contract": ("405060", PHONE, KANA),
}


async def refused(harness: Harness, *typed: str, network: str = "network") -> Refusal:
    """The refusal that these details get."""
    with pytest.raises(Refusal) as caught:
        await harness.prove(*typed, network=network)
    return caught.value


async def test_the_right_details_give_a_proof_of_thirty_minutes(harness: Harness) -> None:
    """Q25; signed by identity, by the database's clock."""
    contract_key = await harness.given_contract()
    before = await harness.now()
    reply = await harness.prove(browser="browser")
    after = await harness.now()
    proof = Verifier(KEYS.signing_public).verify(
        reply.verification_proof, VerificationProof, said_by="identity", now=after
    )
    assert (proof.contract_key, proof.customer_number, proof.browser_token_hash) == (
        contract_key,
        NUMBER,
        "browser",
    )
    assert before < proof.expires_at - timedelta(minutes=30) < after


async def test_a_second_phone_number_and_half_width_kana_are_as_good(harness: Harness) -> None:
    """Q3, Q4."""
    await harness.given_contract()
    assert await harness.prove(NUMBER, "090-0000-0001", "ｱｲｺﾑ ﾀﾛｳ")


@pytest.mark.parametrize("typed", MISMATCHES.values(), ids=MISMATCHES)
async def test_every_mismatch_is_the_same_refusal(harness: Harness, typed: tuple[str, str, str]) -> None:
    """T8, Q5."""
    await harness.given_contract()
    await harness.given_contract("405060", closed_on=date(2026, 1, 1))
    assert (await refused(harness, *typed)).as_data().model_dump() == {
        "code": RefusalCode.CONTRACT_MISMATCH,
        "retry_after_seconds": None,
    }


async def test_every_answer_takes_the_same_statements(harness: Harness, postgres: PrivatePostgres) -> None:
    """Time must not tell which detail was wrong, or that none was (X3)."""
    await harness.given_contract()
    await harness.given_contract("405060", closed_on=date(2026, 1, 1))
    statements: list[str] = []

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda query: statements.append(query.query))

    url = postgres.url((await harness.run("SELECT current_database()"))[0][0])
    pool = await asyncpg.create_pool(url, min_size=1, max_size=1, init=listen)
    watched = Harness(Database(Connections(pool, url)))
    await refused(watched, "888", PHONE, KANA)  # the first use of a connection asks the server about types
    seen = []
    for number, typed in enumerate(MISMATCHES.values()):
        statements.clear()
        await refused(watched, *typed, network=f"network {number}")
        seen.append(list(statements))
    statements.clear()
    assert await watched.prove()
    seen.append(list(statements))
    await watched.database.close()
    assert len(seen[0]) > 1
    assert seen == [seen[0]] * (len(MISMATCHES) + 1)


async def test_a_closed_contract_may_register_for_a_year_where_the_operator_allows_it(
    harness: Harness,
) -> None:
    """Q5."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    await harness.given_contract(closed_on=yesterday)
    await harness.given_contract("405060", closed_on=yesterday - timedelta(days=366))
    lenient = harness.with_settings(closed_contracts_may_register=True)
    assert await lenient.prove()
    assert (await refused(lenient, "405060", PHONE, KANA)).code == RefusalCode.CONTRACT_MISMATCH


@pytest.mark.parametrize("number", [NUMBER, "999"], ids=["existing", "unused"])
async def test_after_five_failures_a_number_waits_and_even_the_right_details_are_not_looked_at(
    harness: Harness, number: str
) -> None:
    """The same for a number that nobody has (X1); the wait is at most an hour."""
    await harness.given_contract()
    for attempt in range(5):
        assert (
            await refused(harness, number, "0748660000", KANA, network=f"network {attempt}")
        ).code == RefusalCode.CONTRACT_MISMATCH
    blocked = await refused(harness, number, PHONE, KANA, network="one more")
    assert blocked.code == RefusalCode.TOO_MANY_PROOFS
    assert 3590 <= (blocked.retry_after_seconds or 0) <= 3600


async def test_an_hour_later_the_number_may_be_tried_again(harness: Harness) -> None:
    """X1."""
    await harness.given_contract()
    for attempt in range(5):
        await refused(harness, NUMBER, "0748660000", KANA, network=f"network {attempt}")
    await harness.pretend_ago("throttle_hits", "hit_at", timedelta(hours=1))
    assert await harness.prove()


async def test_after_ten_failures_a_network_waits_whatever_the_number(harness: Harness) -> None:
    """X2."""
    await harness.given_contract()
    for number in range(10):
        await refused(harness, f"77{number}", PHONE, KANA)
    blocked = await refused(harness, NUMBER, PHONE, KANA)
    assert blocked.code == RefusalCode.TOO_MANY_PROOFS
    assert 590 <= (blocked.retry_after_seconds or 0) <= 600
    assert await harness.prove(network="another network")


async def test_simultaneous_guesses_are_counted_one_by_one(harness: Harness) -> None:
    """Of twenty at once, five are looked at (X1, X14)."""
    await harness.given_contract()
    refusals = await asyncio.gather(
        *(refused(harness, NUMBER, "0748660000", KANA, network=f"n{each}") for each in range(20))
    )
    assert [refusal.code for refusal in refusals].count(RefusalCode.CONTRACT_MISMATCH) == 5


async def test_successful_proofs_are_not_counted(harness: Harness) -> None:
    """A household may register several contracts."""
    await harness.given_contract()
    for _ in range(12):
        assert await harness.prove()


async def test_the_limits_hold_no_customer_number(harness: Harness) -> None:
    """X18."""
    await refused(harness, "1234567890", PHONE, KANA)
    buckets = [row["bucket"] for row in await harness.run("SELECT bucket FROM throttle_hits")]
    assert len(buckets) == 3
    assert not any("1234567890" in bucket for bucket in buckets)


async def test_a_registered_contract_is_told_only_after_a_full_proof(harness: Harness) -> None:
    """Q11: the holder may know; a stranger with half the details may not."""
    await harness.given_account()
    assert (await refused(harness, NUMBER, PHONE, KANA)).code == RefusalCode.CONTRACT_ALREADY_REGISTERED
    assert (await refused(harness, NUMBER, PHONE, "アイコム　ハナコ")).code == RefusalCode.CONTRACT_MISMATCH


async def test_the_holder_of_a_registered_contract_is_told_by_mail_once_a_day(harness: Harness) -> None:
    """Q11; sealed for notification alone."""
    await harness.given_account()
    for _ in range(3):
        await refused(harness, NUMBER, PHONE, KANA)
    [notice] = await harness.said(RegisteredContractProved)
    recipient = harness.opened_by_notification(notice, AccountMailRecipient)
    assert (recipient.email_address, recipient.account_id) == ("taro@example.jp", "Taro-01")
    await harness.pretend_ago("throttle_hits", "hit_at", timedelta(days=1))
    await refused(harness, NUMBER, PHONE, KANA)
    assert len(await harness.said(RegisteredContractProved)) == 2


async def test_no_mail_goes_to_a_frozen_account(harness: Harness) -> None:
    """Its address may be a former holder's (Q23)."""
    await harness.given_account()
    await harness.pretend_ago("accounts", "frozen_at", timedelta(days=1))
    assert (await refused(harness, NUMBER, PHONE, KANA)).code == RefusalCode.CONTRACT_ALREADY_REGISTERED
    assert await harness.said(RegisteredContractProved) == []
