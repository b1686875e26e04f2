"""Who forgot an ID or a password, and what identity orders for him (X37)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.identity_harness import Harness
from support.recovery_steps import ADDRESS, Forgetful

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from messages.recovery import LetterKind, RecoveryLetterOrdered, RefusalCode


@pytest.fixture
async def forgetful(harness: Harness) -> Forgetful:
    """たろう has an account."""
    await harness.given_account()
    return Forgetful(harness)


@pytest.mark.parametrize(
    "account", ["Taro-01", "taro-01", " ＴＡＲＯ－０１ ", "102030", "0010-2030", "１０２０３０"]
)
@pytest.mark.parametrize("address", [ADDRESS, "Taro@Example.jp", " taro@example.jp "])
async def test_id_or_number_with_the_address_gets_a_link(
    forgetful: Forgetful, account: str, address: str
) -> None:
    """However it is typed; the mail goes where the account says."""
    await forgetful.ask(account, address)
    [letter] = await forgetful.mails()
    assert (letter.kind, letter.email_address) == (LetterKind.PASSWORD_RESET, ADDRESS)
    assert len(letter.reset_token) == 43
    assert (await forgetful.open(letter.reset_token)).account_id == "Taro-01"


@pytest.mark.parametrize(
    ("account", "address"),
    [
        ("Taro-02", ADDRESS),
        ("Taro-01", "jiro@example.jp"),
        ("Taro-01", "taro+x@example.jp"),
        ("405060", ADDRESS),
        ("x", ADDRESS),
        ("あ" * 5000, ADDRESS),
        ("' OR true --", ADDRESS),
        ("\x00", ADDRESS),
    ],
)
async def test_whatever_fits_no_account_orders_no_mail(
    forgetful: Forgetful, account: str, address: str
) -> None:
    """And leaves no link behind."""
    await forgetful.ask(account, address)
    assert [letter.kind for letter in await forgetful.letters()] == [LetterKind.NOBODY]
    assert not await forgetful.harness.run("SELECT FROM password_resets")


async def test_an_id_that_looks_like_anothers_number_is_an_id(forgetful: Forgetful) -> None:
    """Both have the same address, as in a family."""
    await forgetful.harness.given_account("102030", number="999")
    await forgetful.ask("102030")
    [letter] = await forgetful.mails()
    assert letter.account_ids == ("102030",)


async def test_only_the_hash_of_the_token_is_stored_and_no_address(forgetful: Forgetful) -> None:
    """X17, X18."""
    token = await forgetful.given_link()
    everything = str(await forgetful.harness.run("SELECT * FROM password_resets, outbox"))
    assert token not in everything
    assert ADDRESS not in everything


async def test_a_frozen_account_is_told_whom_to_call_and_gets_no_link(forgetful: Forgetful) -> None:
    """Q23: only in the mail."""
    await forgetful.harness.pretend_ago("accounts", "frozen_at", timedelta(0))
    await forgetful.ask()
    [letter] = await forgetful.mails()
    assert (letter.kind, letter.reset_token) == (LetterKind.ACCOUNT_FROZEN, "")
    assert not await forgetful.harness.run("SELECT FROM password_resets")


async def test_a_closed_account_gets_no_mail(forgetful: Forgetful) -> None:
    """What was personal is wiped."""
    await forgetful.harness.run(
        "UPDATE accounts SET closed_at = now(), account_id_as_typed = NULL, account_id_folded = NULL,"
        " password_hash = NULL, email_address = NULL, nickname = NULL"
    )
    await forgetful.ask()
    await forgetful.ask_for_ids()
    assert not await forgetful.mails()


async def test_an_address_that_bounced_is_written_to_all_the_same(forgetful: Forgetful) -> None:
    """Nothing else would let the customer in, and his mailbox may work again."""
    await forgetful.harness.pretend_ago("accounts", "mail_bounced_at", timedelta(days=3))
    await forgetful.ask()
    assert len(await forgetful.mails()) == 1


async def test_the_same_form_sent_twice_orders_one_mail(forgetful: Forgetful) -> None:
    """G17: a double click; a corrected form is another one."""
    key = new_key()
    await forgetful.ask("Taro-01", "wrong@example.jp", form_key=key)
    await forgetful.ask(form_key=key)
    await forgetful.ask(form_key=key)
    assert len(await forgetful.mails()) == 1


async def test_ids_asked_for_twice_by_one_form_have_one_key(forgetful: Forgetful) -> None:
    """Notification sends one mail for a key."""
    key = new_key()
    for _ in range(2):
        await forgetful.ask_for_ids(form_key=key)
    assert len({event.letter_key for event in await forgetful.harness.said(RecoveryLetterOrdered)}) == 1


async def test_every_id_of_the_address_stands_in_one_mail(forgetful: Forgetful) -> None:
    """Q12: families share one; a frozen account's, too, as its log-in says whom to call."""
    await forgetful.harness.given_account("Hanako-02", number="405060")
    await forgetful.harness.pretend_ago("accounts", "frozen_at", timedelta(0))
    await forgetful.ask_for_ids("TARO@example.jp")
    [letter] = await forgetful.mails()
    assert (letter.kind, letter.email_address) == (LetterKind.ACCOUNT_IDS, ADDRESS)
    assert letter.account_ids == ("Taro-01", "Hanako-02")


async def test_an_unknown_address_gets_no_ids(forgetful: Forgetful) -> None:
    """X37."""
    await forgetful.ask_for_ids("jiro@example.jp")
    assert [letter.kind for letter in await forgetful.letters()] == [LetterKind.NOBODY]


async def refused(forgetful: Forgetful, account: str, address: str = ADDRESS) -> bool:
    """Whether one more is too many; the wait is told."""
    try:
        await forgetful.ask(account, address)
    except Refusal as refusal:
        waits = 0 < (refusal.retry_after_seconds or 0) <= 3600
        return refusal.code == RefusalCode.TOO_MANY_RECOVERIES and waits
    return False


@pytest.mark.parametrize("account", ["Taro-01", "nobody-1", "102030", "999"])
async def test_three_an_hour_for_an_account_existing_or_not(forgetful: Forgetful, account: str) -> None:
    """X37: whatever addresses are tried."""
    answers = [await refused(forgetful, account, f"a{number}@example.jp") for number in range(5)]
    assert answers == [False, False, False, True, True]


@pytest.mark.parametrize("address", [ADDRESS, "nobody@example.jp"])
async def test_three_an_hour_for_an_address_existing_or_not(forgetful: Forgetful, address: str) -> None:
    """X24: whatever accounts are tried, and with whatever tag; asking for IDs counts, too."""
    local, _, domain = address.partition("@")
    await forgetful.ask_for_ids(address)
    answers = [await refused(forgetful, f"id-no-{n}", f"{local}+{n}@{domain}") for n in range(4)]
    assert answers == [False, False, True, True]


async def test_the_limit_is_over_after_an_hour(forgetful: Forgetful) -> None:
    """And counts in the database."""
    for _ in range(3):
        await forgetful.ask()
    await forgetful.harness.pretend_ago("throttle_hits", "hit_at", timedelta(hours=1, seconds=1))
    assert not await refused(forgetful, "Taro-01")


async def test_a_count_is_committed_before_anything_is_looked_for(
    forgetful: Forgetful, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash in the middle, provoked again and again, buys no further try."""

    async def crash(*_: object) -> None:
        raise RuntimeError("crash")

    monkeypatch.setattr("services.identity.recovery.repository.find_account", crash)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            await forgetful.ask()
    assert await refused(forgetful, "Taro-01")
