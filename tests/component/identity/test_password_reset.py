"""The link in the mail, and what it changes (X19, X20, X21, X33, X37)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from support.identity_harness import PASSWORD, Harness, sweep
from support.recovery_steps import ADDRESS, NEW_PASSWORD, Forgetful

from chassis.messaging.refusal import Refusal
from messages.account_notices import AccountChange, AccountChanged
from messages.identity import AccountMailRecipient, SessionEnded
from messages.identity import RefusalCode as Identity
from messages.recovery import RefusalCode


@pytest.fixture
async def forgetful(harness: Harness) -> Forgetful:
    """たろう has an account."""
    await harness.given_account()
    return Forgetful(harness)


async def refusal_of(attempt: Any) -> str:
    """Why it is refused; nothing if it is not."""
    try:
        await attempt
    except Refusal as refusal:
        return refusal.code
    return ""


async def test_the_new_password_opens_the_account_and_the_old_one_does_not(forgetful: Forgetful) -> None:
    """Nobody is logged in by it."""
    assert (await forgetful.reset(await forgetful.given_link())).account_id == "Taro-01"
    assert not await forgetful.harness.run("SELECT FROM sessions")
    await forgetful.harness.log_in(password=NEW_PASSWORD)
    assert await refusal_of(forgetful.harness.log_in(password=PASSWORD)) == Identity.WRONG_CREDENTIALS


async def test_the_holder_is_told_and_the_audit_says_who_asked_and_did(forgetful: Forgetful) -> None:
    """Also when the second press is answered: each once. No address stands in it."""
    token = await forgetful.given_link()
    for _ in range(2):
        await forgetful.reset(token)
    [said] = await forgetful.harness.said(AccountChanged)
    assert said.change is AccountChange.PASSWORD_RESET
    told = forgetful.harness.opened_by_notification(said, AccountMailRecipient)
    assert told.email_address == ADDRESS
    entries = await forgetful.harness.run(
        "SELECT kind, account_key IS NOT NULL, client_network FROM audit_entries"
        " WHERE kind LIKE 'password%' ORDER BY id"
    )
    assert [tuple(entry) for entry in entries] == [
        ("password_reset_asked", True, "network"),
        ("password_reset", True, "network"),
    ]


async def test_every_session_of_the_account_ends_and_no_other(forgetful: Forgetful) -> None:
    """X33: every gateway hears of it."""
    await forgetful.harness.given_account("Jiro-02", number="405060")
    for session in ("phone", "laptop"):
        await forgetful.harness.log_in(session=session)
    await forgetful.harness.log_in("Jiro-02", session="jiro")
    await forgetful.reset(await forgetful.given_link())
    assert {event.session_token_hash for event in await forgetful.harness.said(SessionEnded)} == {
        "phone",
        "laptop",
    }
    assert await forgetful.harness.show_session("jiro")


async def test_the_wait_after_wrong_passwords_is_over(forgetful: Forgetful) -> None:
    """X37."""
    for _ in range(5):
        assert await refusal_of(forgetful.harness.log_in(password="Wrong-pw-1"))
    assert await refusal_of(forgetful.harness.log_in()) == Identity.TOO_MANY_LOGINS
    await forgetful.reset(await forgetful.given_link())
    await forgetful.harness.log_in(password=NEW_PASSWORD)


async def test_a_ticket_of_the_registration_is_spent(harness: Harness) -> None:
    """Whoever had it would come in without the new password."""
    registration_key = await harness.given_account()
    forgetful = Forgetful(harness)
    await forgetful.reset(await forgetful.given_link())
    assert await refusal_of(harness.log_in_with_proof(registration_key)) == Identity.LOGIN_PROOF_SPENT


async def test_mails_arrive_so_a_bounce_says_nothing_any_more(forgetful: Forgetful) -> None:
    """The link came with one."""
    await forgetful.harness.pretend_ago("accounts", "mail_bounced_at", timedelta(days=3))
    await forgetful.reset(await forgetful.given_link())
    assert not (await forgetful.harness.log_in(password=NEW_PASSWORD)).mail_bounced


async def test_opening_the_link_changes_nothing(forgetful: Forgetful) -> None:
    """X21: a scanner opens it fifty times."""
    token = await forgetful.given_link()
    tables = "SELECT * FROM password_resets, accounts"
    before = await forgetful.harness.run(tables)
    for _ in range(50):
        await forgetful.open(token)
    assert await forgetful.harness.run(tables) == before
    await forgetful.reset(token)


async def test_a_newer_link_supersedes_and_a_used_one_ends_all(forgetful: Forgetful) -> None:
    """X20."""
    older, newer = await forgetful.given_link(), await forgetful.given_link()
    for attempt in (forgetful.open(older), forgetful.reset(older)):
        assert await refusal_of(attempt) == RefusalCode.RESET_SUPERSEDED
    await forgetful.reset(newer)
    for token in (older, newer):
        assert await refusal_of(forgetful.open(token)) == RefusalCode.RESET_USED
        assert await refusal_of(forgetful.reset(token, browser="another")) == RefusalCode.RESET_USED


async def test_an_expired_or_unknown_link_changes_nothing(forgetful: Forgetful) -> None:
    """X20."""
    token = await forgetful.given_link()
    await forgetful.harness.pretend_ago("password_resets", "asked_at", timedelta(minutes=30, seconds=1))
    assert await refusal_of(forgetful.reset(token)) == RefusalCode.RESET_EXPIRED
    assert await refusal_of(forgetful.reset("x" * 43)) == RefusalCode.RESET_UNKNOWN
    await forgetful.harness.log_in()


@pytest.mark.parametrize(
    "change",
    ["frozen_at = now()", "email_address = 'jiro@example.jp'"],
    ids=["frozen", "another address"],
)
async def test_what_changes_meanwhile_kills_the_link(forgetful: Forgetful, change: str) -> None:
    """The new address belongs to whoever logged in and changed it; the old one may be a stranger's."""
    token = await forgetful.given_link()
    await forgetful.harness.run(f"UPDATE accounts SET {change}")
    assert await refusal_of(forgetful.reset(token)) == RefusalCode.RESET_EXPIRED


@pytest.mark.parametrize("password", ["Password1", "taro1985", "Taro-01a"[:8], "102030ab", "0748660739a"])
async def test_a_password_that_a_stranger_would_try_is_refused_and_the_link_lives(
    forgetful: Forgetful, password: str
) -> None:
    """S2-6, S2-8: by the rule of 仮登録, with what identity knows besides."""
    token = await forgetful.given_link()
    assert await refusal_of(forgetful.reset(token, password)) == RefusalCode.PASSWORD_NOT_ACCEPTED
    await forgetful.reset(token)


async def test_of_twenty_at_once_one_changes_the_password(forgetful: Forgetful) -> None:
    """X19: in twenty browsers, with twenty passwords."""
    token = await forgetful.given_link()
    presses = [forgetful.reset(token, f"Zyxwvu{n:02}", browser=f"browser-{n}") for n in range(20)]
    answers = await asyncio.gather(*(refusal_of(press) for press in presses))
    assert sorted(answers) == ["", *[RefusalCode.RESET_USED] * 19]
    await forgetful.harness.log_in(password=f"Zyxwvu{answers.index(''):02}")


async def test_a_double_click_has_one_effect_and_is_told_so_twice(forgetful: Forgetful) -> None:
    """G17, K15."""
    await forgetful.harness.log_in(session="session")
    token = await forgetful.given_link()
    await asyncio.gather(*(forgetful.reset(token) for _ in range(4)))
    await forgetful.reset(token)
    assert len(await forgetful.harness.said(SessionEnded)) == 1


async def test_another_password_in_the_second_press_is_not_called_done(forgetful: Forgetful) -> None:
    """It opens nothing, and the page must not say that it does."""
    token = await forgetful.given_link()
    await forgetful.reset(token)
    assert await refusal_of(forgetful.reset(token, "Qwertz-77"[:6] + "77")) == RefusalCode.RESET_USED
    await forgetful.harness.log_in(password=NEW_PASSWORD)


async def test_two_links_pressed_at_once_do_not_wait_for_each_other_for_ever(forgetful: Forgetful) -> None:
    """Whoever is quicker; both lock the account first."""
    older, newer = await forgetful.given_link(), await forgetful.given_link()
    answers = await asyncio.gather(refusal_of(forgetful.reset(older)), refusal_of(forgetful.reset(newer)))
    assert answers[1] == ""
    assert answers[0] in (RefusalCode.RESET_SUPERSEDED, RefusalCode.RESET_USED)


async def test_old_links_are_forgotten(forgetful: Forgetful) -> None:
    """X46: after a week they need not say any more why they are dead."""
    await forgetful.given_link()
    await forgetful.harness.pretend_ago("password_resets", "asked_at", timedelta(days=6))
    await sweep(forgetful.harness.service)
    assert await forgetful.harness.run("SELECT FROM password_resets")
    await forgetful.harness.pretend_ago("password_resets", "asked_at", timedelta(days=8))
    await sweep(forgetful.harness.service)
    assert not await forgetful.harness.run("SELECT FROM password_resets")
