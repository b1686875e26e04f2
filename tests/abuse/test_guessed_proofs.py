"""Somebody guesses who holds which contract."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from support.identity_harness import KANA, NUMBER, PHONE, Harness
from support.statements import statements_of

from chassis.messaging.refusal import Refusal
from chassis.process.metrics import LIMIT_ALARMS
from messages.identity import RefusalCode

AT_ONCE = 20


def alarms(name: str) -> float:
    """How often that alarm was raised in this process."""
    return float(LIMIT_ALARMS.labels(name)._value.get())


async def refusal(harness: Harness, number: str, *, network: str, phone: str = "0748660000") -> Refusal:
    """What a guess is answered."""
    with pytest.raises(Refusal) as refused:
        await harness.prove(number, phone, KANA, network=network)
    return refused.value


async def guess(harness: Harness, tries: list[tuple[str, str]]) -> Counter[str]:
    """The answers to guesses at (number, network), some at once."""
    found: Counter[str] = Counter()
    for start in range(0, len(tries), AT_ONCE):
        some = tries[start : start + AT_ONCE]
        answers = (refusal(harness, number, network=network) for number, network in some)
        found.update(str(answer.code) for answer in await asyncio.gather(*answers))
    return found


@pytest.mark.parametrize("number", [NUMBER, "999"], ids=["a contract", "an unused number"])
async def test_x1_of_a_thousand_guesses_at_one_number_five_an_hour_are_looked_at(
    identity: Harness, number: str
) -> None:
    """From as many networks; then even the right details wait, and the same for a number that nobody has."""
    await identity.given_contract()
    found = await guess(identity, [(number, f"network {each}") for each in range(1_000)])
    assert found == {RefusalCode.CONTRACT_MISMATCH: 5, RefusalCode.TOO_MANY_PROOFS: 995}
    right = await refusal(identity, number, network="at home", phone=PHONE)
    assert right.code == RefusalCode.TOO_MANY_PROOFS
    assert 3_500 < (right.retry_after_seconds or 0) <= 3_600


async def test_x1_the_staff_is_told_of_a_number_that_is_guessed_at_all_day(identity: Harness) -> None:
    """Ten failures of a day, though no hour has more than five."""
    before = alarms("alarm_proofs_of_a_number")
    for _ in range(2):
        await guess(identity, [(NUMBER, f"network {each}") for each in range(5)])
        assert alarms("alarm_proofs_of_a_number") == before
        await identity.let_pass(timedelta(hours=1))
    await refusal(identity, NUMBER, network="one more")
    assert alarms("alarm_proofs_of_a_number") == before + 1


async def test_x2_who_walks_the_numbers_from_one_network_is_stopped_after_ten(identity: Harness) -> None:
    """Whatever the number; from elsewhere one is proved."""
    await identity.given_contract()
    found = await guess(identity, [(str(number), "one network") for number in range(1, 1_001)])
    assert found == {RefusalCode.CONTRACT_MISMATCH: 10, RefusalCode.TOO_MANY_PROOFS: 990}
    assert (await refusal(identity, NUMBER, network="one network", phone=PHONE)).code == (
        RefusalCode.TOO_MANY_PROOFS
    )
    assert await identity.prove(network="at home")


async def test_x2_four_hundred_contracts_from_four_hundred_networks_are_an_alarm_and_an_end(
    identity: Harness,
) -> None:
    """No network and no number is tried twice: what is counted is how many numbers fail."""
    before = alarms("alarm_proofs_of_all")
    found = await guess(identity, [(str(500_000 + each), f"network {each}") for each in range(400)])
    assert alarms("alarm_proofs_of_all") > before
    looked_at = found[RefusalCode.CONTRACT_MISMATCH]
    assert looked_at <= 300 + AT_ONCE  # everybody's bucket is not locked
    assert found[RefusalCode.TOO_MANY_PROOFS] == 400 - looked_at


async def test_x2_the_slips_of_one_household_do_not_stop_its_neighbours(identity: Harness) -> None:
    """Behind a carrier's address are many; it is numbers that are counted, each once."""
    await identity.given_contract()
    for _ in range(3):
        await guess(identity, [("888", "a carrier")] * 5)
        await identity.let_pass(timedelta(hours=1))
    await guess(identity, [("888", "a carrier")] * 5)
    for number in range(8):
        await guess(identity, [(f"77{number}", "a carrier")] * 2)
    assert await identity.prove(network="a carrier")


async def test_x3_whatever_a_guess_gets_it_takes_the_same_statements(identity: Harness) -> None:
    """Unknown, wrong, right, and right while it has to wait."""
    await identity.given_contract()
    with statements_of(identity.database) as of_unknown:
        await refusal(identity, "999", network="unknown", phone=PHONE)
    with statements_of(identity.database) as of_wrong:
        await refusal(identity, NUMBER, network="wrong")
    with statements_of(identity.database) as of_right:
        await identity.prove(network="right")
    await guess(identity, [(NUMBER, f"network {each}") for each in range(5)])
    with statements_of(identity.database) as of_waiting:
        waits = await refusal(identity, NUMBER, network="waits", phone=PHONE)
    assert waits.code == RefusalCode.TOO_MANY_PROOFS
    assert len(of_unknown) == 2
    assert of_unknown == of_wrong == of_right == of_waiting
