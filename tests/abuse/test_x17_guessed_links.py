"""X17: somebody tries tokens of links that identity's mails hold, and codes that the desk reads out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import cycle

import pytest
from support.address_changes import Customer
from support.codes_of_the_desk import renew
from support.identity_harness import NUMBER, Harness
from support.recovery_steps import Forgetful
from support.statements import statements_of

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_token
from messages.account_settings import RefusalCode as Settings
from messages.enrolment import RefusalCode as Enrolment
from messages.identity import RefusalCode
from messages.recovery import RefusalCode as Recovery
from messages.values import CustomerNumber
from services.identity.enrolment.domain import IssuedCode
from services.identity.enrolment.issue_code import issue_code

Try = Callable[[Harness, str, str], Awaitable[object]]
NUMBERS = [str(501_000 + number) for number in range(8)]
_next_number = cycle(NUMBERS)


async def open_reset(harness: Harness, token: str, network: str) -> None:
    """The link of パスワードを忘れた方."""
    await Forgetful(harness, network).open(token)


async def press_reset(harness: Harness, token: str, network: str) -> None:
    """[パスワードを変更する]."""
    await Forgetful(harness, network).reset(token)


async def open_address(harness: Harness, token: str, network: str) -> None:
    """The link of the mail to a new address."""
    await Customer(harness, network).open(token)


async def press_address(harness: Harness, token: str, network: str) -> None:
    """[変更する]."""
    await Customer(harness, network).confirm(token)


async def press_undo(harness: Harness, token: str, network: str) -> None:
    """[元に戻す]."""
    await Customer(harness, network).undo(token)


async def type_code(harness: Harness, token: str, network: str) -> None:
    """[設定する], for one number after the other: of each ten an hour are looked at."""
    code = token if token.isdigit() else f"{int.from_bytes(token.encode()) % 10**16:016d}"
    number = NUMBER if token.isdigit() else next(_next_number)
    await renew(harness, code, number=number, network=network)


async def reset_token(harness: Harness) -> str:
    """Of a mail that has come."""
    return await Forgetful(harness, "at home").given_link()


async def address_token(harness: Harness) -> str:
    """Of a mail that has come."""
    await Customer(harness).ask()
    return await Customer(harness).newest_link()


async def undo_token(harness: Harness) -> str:
    """Of a mail that has come."""
    return await Customer(harness).change_to("new@example.jp")


async def code(harness: Harness) -> str:
    """As the desk read it out."""
    found = await issue_code(harness.database, CustomerNumber(NUMBER), done_by="hanako", reason="電話")
    assert isinstance(found, IssuedCode)
    return str(found.code)


KINDS: dict[str, tuple[Try, str, Callable[[Harness], Awaitable[str]]]] = {
    "reset opened": (open_reset, Recovery.RESET_UNKNOWN, reset_token),
    "reset pressed": (press_reset, Recovery.RESET_UNKNOWN, reset_token),
    "address opened": (open_address, Settings.ADDRESS_LINK_UNKNOWN, address_token),
    "address pressed": (press_address, Settings.ADDRESS_LINK_UNKNOWN, address_token),
    "undo pressed": (press_undo, Settings.UNDO_LINK_UNKNOWN, undo_token),
    "code typed": (type_code, Enrolment.ENROLMENT_REFUSED, code),
}
"""How it is tried, what one of nobody's is answered, and how there comes to be a right one."""


@pytest.fixture
async def town(identity: Harness) -> Harness:
    """Taro-01 is logged in, and has lost patience with none of his links yet."""
    await identity.given_account()
    await identity.log_in(session="session")
    for number in NUMBERS:
        await identity.given_contract(number)
    return identity


async def answer(attempt: Awaitable[object]) -> str:
    """OK, or the refusal's code. A wait says how long it is."""
    try:
        await attempt
    except Refusal as refusal:
        waits = refusal.retry_after_seconds is not None
        return refusal.code if waits == (refusal.code == RefusalCode.TOO_MANY_LINKS) else "dishonest"
    return "OK"


@pytest.mark.parametrize("kind", KINDS)
async def test_x17_a_network_that_brings_tokens_of_nobody_has_to_wait(town: Harness, kind: str) -> None:
    """Also with a right one, which works from elsewhere; and a minute later from there as well."""
    tries, unknown, given = KINDS[kind]
    right = await given(town)
    seen = Counter([await answer(tries(town, new_token(), "evil")) for _ in range(30)])
    assert seen == {unknown: 20, RefusalCode.TOO_MANY_LINKS: 10}
    assert await answer(tries(town, right, "evil")) == RefusalCode.TOO_MANY_LINKS
    await town.let_pass(timedelta(minutes=1))
    assert await answer(tries(town, right, "evil")) == "OK"


@pytest.mark.parametrize("kind", KINDS)
async def test_x17_another_network_is_not_held_up(town: Harness, kind: str) -> None:
    """Whoever guesses next door."""
    tries, _, given = KINDS[kind]
    right = await given(town)
    for _ in range(25):
        await answer(tries(town, new_token(), "evil"))
    assert await answer(tries(town, right, "at home")) == "OK"


async def test_x17_links_of_every_kind_count_together(town: Harness) -> None:
    """Whoever mixes them has twenty tries all the same."""
    kinds = [tries for tries, _, _ in KINDS.values()] * 5
    seen = [await answer(tries(town, new_token(), "evil")) for tries in kinds]
    assert RefusalCode.TOO_MANY_LINKS not in seen[:20]
    assert set(seen[20:]) == {RefusalCode.TOO_MANY_LINKS}


async def test_x17_tries_at_one_instant_see_each_other(town: Harness) -> None:
    """None of a hundred slips by while the others are judged."""
    attempts = (answer(open_reset(town, new_token(), "evil")) for _ in range(100))
    seen = Counter(await asyncio.gather(*attempts))
    assert seen[Recovery.RESET_UNKNOWN] <= 20
    assert sum(seen.values()) == 100


async def test_x17_nothing_is_looked_for_while_a_network_waits(town: Harness) -> None:
    """The count comes first."""
    for _ in range(20):
        await answer(open_reset(town, new_token(), "evil"))
    with statements_of(town.database) as asked:
        assert await answer(open_reset(town, new_token(), "evil")) == RefusalCode.TOO_MANY_LINKS
    assert not [each for each in asked if "password_resets" in each]


@pytest.mark.parametrize("kind", ["reset opened", "address opened"])
async def test_x17_right_links_do_not_fill_the_limit_nor_one_that_is_opened_again(
    town: Harness, kind: str
) -> None:
    """An office whose staff all open their mails; somebody who reloads an address that was cut off."""
    tries, unknown, given = KINDS[kind]
    right, cut_off = await given(town), new_token()
    assert {await answer(tries(town, right, "office")) for _ in range(40)} == {"OK"}
    assert {await answer(tries(town, cut_off, "office")) for _ in range(40)} == {unknown}
    assert await answer(tries(town, right, "office")) == "OK"


async def test_x17_x18_a_dump_of_the_limit_names_no_token_and_no_network(town: Harness) -> None:
    """Both are keyed."""
    token = new_token()
    await answer(open_reset(town, token, "192.0.2.0"))
    dump = " ".join(str(tuple(row)) for row in await town.run("SELECT bucket, subject FROM throttle_hits"))
    assert dump
    assert token not in dump
    assert "192.0.2.0" not in dump
