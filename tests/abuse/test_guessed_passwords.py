"""Somebody guesses passwords."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from hashlib import sha256

import pytest
from abuse.test_guessed_proofs import AT_ONCE, alarms
from support.identity_harness import HASHER, PASSWORD, Harness

from chassis.messaging.refusal import Refusal
from messages.identity import RefusalCode


def at_home(*marks: str | None) -> dict[str, object]:
    """The device of the account's owner, with the marks that it has."""
    return {"device_token_hash": "at home", "device_marks": marks}


async def refusal(harness: Harness, account_id: str, password: str, **more: object) -> Refusal:
    """What a guess is answered."""
    with pytest.raises(Refusal) as refused:
        await harness.log_in(account_id, password, **more)  # type: ignore[arg-type]
    return refused.value


async def guess(harness: Harness, tries: list[tuple[str, str]]) -> Counter[str]:
    """The answers to wrong passwords for (account ID, network), some at once."""
    found: Counter[str] = Counter()
    for start in range(0, len(tries), AT_ONCE):
        some = tries[start : start + AT_ONCE]
        answers = (refusal(harness, account_id, "Wrong-123", network=network) for account_id, network in some)
        found.update(str(answer.code) for answer in await asyncio.gather(*answers))
    return found


@pytest.mark.parametrize("account_id", ["Taro-01", "nobody"], ids=["an account", "nobody's"])
async def test_x10_after_five_wrong_passwords_even_the_right_one_waits_and_is_not_looked_at(
    identity: Harness, account_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait begins with a minute, for an ID that nobody has as well."""
    await identity.given_account()
    for _ in range(5):
        assert (await refusal(identity, account_id, "Wrong-123")).code == RefusalCode.WRONG_CREDENTIALS

    async def looked_at(*_: object) -> bool:
        raise AssertionError("evaluated during the wait")

    monkeypatch.setattr(HASHER, "matches", looked_at)
    waits = await refusal(identity, account_id, PASSWORD)
    assert waits.code == RefusalCode.TOO_MANY_LOGINS
    assert 55 <= (waits.retry_after_seconds or 0) <= 60


async def test_x10_the_wait_grows_to_a_quarter_of_an_hour_and_no_further(identity: Harness) -> None:
    """L4: one try after each, so about a hundred a day; and nobody is locked out for good."""
    await identity.given_account()
    await guess(identity, [("Taro-01", "network")] * 5)
    for minutes in (1, 2, 4, 8, 15, 15):
        waits = await refusal(identity, "Taro-01", PASSWORD)
        assert minutes * 60 - 5 <= (waits.retry_after_seconds or 0) <= minutes * 60
        await identity.let_pass(timedelta(minutes=minutes))
        assert (await refusal(identity, "Taro-01", "Wrong-123")).code == RefusalCode.WRONG_CREDENTIALS
    await identity.let_pass(timedelta(minutes=15))
    assert await identity.log_in()


async def test_x11_five_hundred_networks_share_the_bucket_of_the_account(identity: Harness) -> None:
    """X11."""
    await identity.given_account()
    found = await guess(identity, [("Taro-01", f"network {each}") for each in range(500)])
    assert found == {RefusalCode.WRONG_CREDENTIALS: 5, RefusalCode.TOO_MANY_LOGINS: 495}


async def test_x12_four_hundred_and_fifty_ids_from_thirty_networks_are_an_alarm_and_an_end(
    identity: Harness,
) -> None:
    """Each network stays below its own limit, each ID is tried once."""
    before = alarms("alarm_log_ins_of_all")
    found = await guess(identity, [(f"victim-{each}", f"network {each % 30}") for each in range(450)])
    assert alarms("alarm_log_ins_of_all") > before
    looked_at = found[RefusalCode.WRONG_CREDENTIALS]
    assert looked_at <= 300 + AT_ONCE
    assert found[RefusalCode.TOO_MANY_LOGINS] == 450 - looked_at


async def test_x12_parallel_tries_of_one_network_do_not_overrun_its_limit(identity: Harness) -> None:
    """They are counted before they are judged: of forty at once, twenty are looked at."""
    refusals = await asyncio.gather(
        *(refusal(identity, f"victim-{each}", "Wrong-123", network="one") for each in range(40))
    )
    codes = Counter(str(each.code) for each in refusals)
    assert codes[RefusalCode.WRONG_CREDENTIALS] <= 20


async def test_x12_ids_that_nobody_sprayed_are_not_locked(identity: Harness) -> None:
    """The limit is the network's; the account's owner comes from elsewhere."""
    await identity.given_account()
    await guess(identity, [(f"victim-{each}", "evil") for each in range(60)])
    assert (await refusal(identity, "Taro-01", PASSWORD, network="evil")).code == RefusalCode.TOO_MANY_LOGINS
    assert await identity.log_in(network="at home")


async def test_x12_the_slips_of_one_household_do_not_stop_its_neighbours(identity: Harness) -> None:
    """One customer who errs twenty-five times is one subject of the carrier's network."""
    await identity.given_account()
    await guess(identity, [("forgetful", "a carrier")] * 5)
    for _ in range(20):
        await identity.let_pass(timedelta(minutes=15))
        await guess(identity, [("forgetful", "a carrier")])
    assert await identity.log_in(network="a carrier")


@pytest.mark.parametrize("spelling", ["TARO-01", "ｔａｒｏ－０１", " Taro-01 ", "Taro\x00-01", "tAro-01"])
async def test_x13_another_spelling_of_the_id_is_the_same_bucket(identity: Harness, spelling: str) -> None:
    """Case, width, spaces, signs that nobody sees."""
    await identity.given_account()
    await guess(identity, [("Taro-01", f"network {each}") for each in range(5)])
    assert (await refusal(identity, spelling, PASSWORD, network="new")).code == RefusalCode.TOO_MANY_LOGINS


async def test_x14_replicas_share_their_counts_and_a_new_one_finds_them(identity: Harness) -> None:
    """Three failures at one, two at another, and a third that has just started refuses."""
    await identity.given_account()
    replicas = [Harness(identity.database) for _ in range(3)]
    for replica, times in ((replicas[0], 3), (replicas[1], 2)):
        for _ in range(times):
            await refusal(replica, "Taro-01", "Wrong-123")
    assert (await refusal(replicas[2], "Taro-01", PASSWORD)).code == RefusalCode.TOO_MANY_LOGINS


async def test_x11_a_stranger_cannot_keep_the_owner_out_of_a_device_that_is_known(identity: Harness) -> None:
    """Five requests every quarter of an hour, for half a day: at home the right password is let in. A new
    device, and the same one without its mark, wait.
    """
    await identity.given_account()
    mark = (await identity.log_in(**at_home())).device_mark
    for _ in range(48):
        await identity.let_pass(timedelta(minutes=15))
        await guess(identity, [("Taro-01", f"evil {each}") for each in range(5)])
        assert await identity.log_in(**at_home(mark))
    waits = await refusal(identity, "Taro-01", PASSWORD, **at_home())
    assert waits.code == RefusalCode.TOO_MANY_LOGINS


async def test_x11_a_device_that_is_known_has_a_limit_too(identity: Harness) -> None:
    """Whoever finds the telephone guesses five times; strangers' tries are another bucket."""
    await identity.given_account()
    mark = (await identity.log_in(**at_home())).device_mark
    for _ in range(5):
        await refusal(identity, "Taro-01", "Wrong-123", **at_home(mark))
    waits = await refusal(identity, "Taro-01", PASSWORD, **at_home(mark))
    assert waits.code == RefusalCode.TOO_MANY_LOGINS
    assert await identity.log_in()


@pytest.mark.parametrize(
    "forgery", ["another device", "another account", "an invented mark", "a new password"]
)
async def test_x11_a_mark_is_worth_nothing_elsewhere_nor_after_another_password(
    identity: Harness, forgery: str
) -> None:
    """It is bound to the account, to its password, and to the token of the browser."""
    await identity.given_account()
    await identity.given_account("Hanako-01", number="405060")
    mark = (await identity.log_in(**at_home())).device_mark
    if forgery == "another account":
        mark = (await identity.log_in("Hanako-01", **at_home())).device_mark
    if forgery == "an invented mark":
        mark = "あ" * 64
    if forgery == "a new password":
        await identity.run("UPDATE accounts SET password_hash = $1", await HASHER.hash(PASSWORD))
    await guess(identity, [("Taro-01", f"evil {each}") for each in range(5)])
    device = "another" if forgery == "another device" else "at home"
    waits = await refusal(identity, "Taro-01", PASSWORD, device_token_hash=device, device_marks=[mark])
    assert waits.code == RefusalCode.TOO_MANY_LOGINS


async def test_x11_a_network_that_waits_does_not_keep_known_devices_out(identity: Harness) -> None:
    """Behind a carrier's address somebody sprays; who came from his device before is let in."""
    await identity.given_account()
    mark = (await identity.log_in(network="a carrier", **at_home())).device_mark
    await guess(identity, [(f"victim-{each}", "a carrier") for each in range(60)])
    assert await identity.log_in(network="a carrier", **at_home(mark))


async def test_x18_a_dump_of_the_limits_names_nobody(identity: Harness) -> None:
    """Every name but the one of all is keyed: neither the words nor their plain hashes stand there."""
    await identity.given_account()
    await refusal(identity, "taro-01", "Wrong-123", network="192.0.2.0/24")
    with pytest.raises(Refusal):
        await identity.prove("1234567890", network="192.0.2.0/24")
    rows = await identity.run("SELECT * FROM throttle_hits")
    dump = " ".join(f"{row['bucket']} {row['subject']}" for row in rows)
    for said in ("taro-01", "1234567890", "192.0.2.0/24"):
        assert said not in dump
        assert sha256(said.encode()).hexdigest() not in dump
