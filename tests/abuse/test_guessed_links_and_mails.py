"""Somebody asks for what is not his: IDs that are taken, links of others, mails to a victim."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from abuse.test_guessed_proofs import alarms
from support.registration_harness import Harness, Registered, received
from support.statements import statements_of

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key, new_token
from messages.registration import RefusalCode, ShowActivation
from services.registration.activation.show_activation import show_activation


async def open_link(harness: Harness, registered: Registered, *, network: str) -> str:
    """OK, or the refusal's code."""
    query = ShowActivation(activation_token_hash=registered.token_hash, client_network=network)
    try:
        await show_activation(harness.service, query, received())
    except Refusal as refusal:
        return refusal.code
    return "OK"


async def check_id(harness: Harness, account_id: str, contract_key: UUID) -> str:
    """ "answered", or the refusal's code."""
    try:
        await harness.is_available(account_id, contract_key=contract_key)
    except Refusal as refusal:
        return refusal.code
    return "answered"


async def order(harness: Harness, **details: str) -> str:
    """OK, or the refusal's code."""
    try:
        await harness.register(**details)
    except Refusal as refusal:
        return refusal.code
    return "OK"


async def test_x7_of_a_thousand_ids_sixty_an_hour_are_answered(registration: Harness) -> None:
    """Twenty of each minute, for a contract that was proved; without a proof none."""
    contract_key, seen = new_key(), Counter[str]()
    for number in range(1_000):
        if number % 100 == 99:
            await registration.let_pass(timedelta(minutes=1))
        seen[await check_id(registration, f"somebody-{number}", contract_key)] += 1
    assert seen == {"answered": 60, RefusalCode.TOO_MANY_ID_CHECKS: 940}
    with pytest.raises(Refusal, match=RefusalCode.PROOF_EXPIRED):
        await registration.is_available("somebody", proof="no.proof")


async def test_x17_a_network_that_brings_tokens_of_nobody_has_to_wait(registration: Harness) -> None:
    """Also with a right one, which another network opens; a minute later it does as well."""
    right = await registration.register()
    seen = Counter[str]()
    for _ in range(100):
        guessed = Registered(new_key(), new_token())
        seen[await open_link(registration, guessed, network="evil")] += 1
    assert seen == {RefusalCode.ACTIVATION_UNKNOWN: 20, RefusalCode.TOO_MANY_LINKS: 80}
    assert await open_link(registration, right, network="evil") == RefusalCode.TOO_MANY_LINKS
    assert await open_link(registration, right, network="at home") == "OK"
    await registration.run("UPDATE throttle_hits SET hit_at = hit_at - interval '1 minute'")
    assert await open_link(registration, right, network="evil") == "OK"


async def test_x17_right_links_do_not_fill_the_limit_of_a_network(registration: Harness) -> None:
    """An office whose staff all open their mails, some of them with a scanner."""
    right = await registration.register()
    assert {await open_link(registration, right, network="office") for _ in range(60)} == {"OK"}


async def test_x17_a_link_that_is_right_takes_as_many_statements_as_one_of_nobody(
    registration: Harness,
) -> None:
    """Time must not tell which tokens exist. Both are counted before they are looked up."""
    right = await registration.register()
    with statements_of(registration.database) as of_right:
        await open_link(registration, right, network="network")
    with statements_of(registration.database) as of_none:
        await open_link(registration, Registered(new_key(), new_token()), network="network")
    assert of_right[:2] == of_none[:2]
    assert len(of_right) == len(of_none) == 3


async def test_x24_a_victim_gets_three_mails_an_hour_and_six_a_day(registration: Harness) -> None:
    """From many contracts, in any spelling; the answer is the one that any limit gives."""
    spellings = ["victim@example.jp", "VICTIM@example.jp", "victim+a@Example.jp", "Victim+b@example.JP"]
    seen = []
    for hour in range(4):
        for number in range(4):
            mail = spellings[number]
            seen.append(await order(registration, account_id=f"bomb-{hour}-{number}", mail=mail))
        await registration.let_pass(timedelta(hours=1))
    wait = RefusalCode.TOO_MANY_REGISTRATIONS
    assert seen == ["OK", "OK", "OK", wait, "OK", "OK", "OK", wait, *[wait] * 8]


async def test_x24_more_than_twenty_mails_a_minute_are_an_alarm_and_wait(registration: Harness) -> None:
    """To as many addresses: the breaker of all. A minute later there is room again."""
    before = alarms("alarm_mails_to_all")
    for number in range(20):
        await registration.register(account_id=f"many-{number:02}", mail=f"victim{number}@example.jp")
    assert alarms("alarm_mails_to_all") == before
    with pytest.raises(Refusal) as refused:
        await registration.register(account_id="one-more", mail="another@example.jp")
    assert refused.value.code == RefusalCode.TOO_MANY_REGISTRATIONS
    assert 0 < (refused.value.retry_after_seconds or 0) <= 60
    assert alarms("alarm_mails_to_all") == before + 1
    await registration.let_pass(timedelta(minutes=1))
    await registration.register(account_id="one-more", mail="another@example.jp")


async def test_x18_a_dump_of_the_limits_names_no_contract_and_no_mailbox(registration: Harness) -> None:
    """Every name but the one of all is keyed."""
    contract_key = new_key()
    await registration.register(contract_key=contract_key, mail="victim@example.jp")
    await registration.is_available("taro-02", contract_key=contract_key)
    await open_link(registration, Registered(new_key(), new_token()), network="192.0.2.0")
    dump = " ".join(row["bucket"] for row in await registration.run("SELECT bucket FROM throttle_hits"))
    for named in ("victim", "taro-02", str(contract_key), "192.0.2.0"):
        assert named not in dump
