"""Who came in, who tried, and who was kept out stands in the audit trail; of a new kind of device the holder
is told (ADR 0060).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from support.identity_harness import PASSWORD, Harness, received

from chassis.messaging.refusal import Refusal
from messages.account_notices import AccountChange, AccountChanged
from messages.identity import AccountMailRecipient, LogOut
from services.identity.sessions.log_out import log_out

PHONE, LAPTOP = "iphone/safari", "windows/chrome"


async def told(harness: Harness) -> list[tuple[Any, ...]]:
    """Kind, whether an account is named, network and device of each entry since the account was opened."""
    rows = await harness.run("""
        SELECT kind, account_key IS NOT NULL, client_network, device FROM audit_entries
        WHERE kind <> 'account_opened' ORDER BY id
    """)
    return [tuple(row) for row in rows]


async def fails(harness: Harness, account_id: str = "Taro-01", **how: Any) -> None:
    """[ログイン] with a password that is wrong, or in vain."""
    with pytest.raises(Refusal):
        await harness.log_in(account_id, "wrong", **how)


async def test_log_in_and_log_out_are_told_with_network_and_device(harness: Harness) -> None:
    """Nothing of what was typed. A second log-out of the same session changes nothing, and is not told."""
    await harness.given_account()
    await harness.log_in(session="session", device=PHONE)
    for _ in range(2):
        await log_out(harness.service, LogOut(session_token_hash="session"), received())
    assert await told(harness) == [
        ("logged_in", True, "network", PHONE),
        ("logged_out", True, None, None),
    ]


async def test_a_request_that_comes_twice_is_told_once(harness: Harness) -> None:
    """It opens one session."""
    await harness.given_account()
    for _ in range(2):
        await harness.log_in(session="session")
    assert [kind for kind, *_ in await told(harness)] == ["logged_in"]


async def test_a_ticket_that_is_spent_is_told_as_a_log_in(harness: Harness) -> None:
    """[そのままログイン]."""
    await harness.log_in_with_proof(await harness.given_account())
    assert [kind for kind, *_ in await told(harness)] == ["logged_in"]


async def test_a_wrong_password_is_told_and_of_an_unknown_id_nobody_is_named(harness: Harness) -> None:
    """What is asked twice is told once."""
    await harness.given_account()
    await fails(harness, device=LAPTOP)
    await fails(harness, asked_before=True)
    await fails(harness, "nobody", network="elsewhere")
    assert await told(harness) == [
        ("log_in_failed", True, "network", LAPTOP),
        ("log_in_failed", False, "elsewhere", None),
    ]
    everything = str(await harness.run("SELECT * FROM audit_entries"))
    assert not [typed for typed in ("nobody", "aro-01", PASSWORD, "wrong") if typed in everything]


@pytest.mark.parametrize("account_id", ["Taro-01", "nobody"])
async def test_a_flood_that_is_kept_out_is_told_once_in_a_while(harness: Harness, account_id: str) -> None:
    """By account and network, however often somebody tries; after a quarter of an hour again."""
    await harness.given_account()
    is_known = account_id == "Taro-01"
    for number in range(5):
        await fails(harness, account_id, network=f"n{number}")
    for _ in range(3):
        await fails(harness, account_id, network="flood")
    await fails(harness, account_id, network="another")
    throttled = [entry for entry in await told(harness) if entry[0] == "log_in_throttled"]
    assert throttled == [
        ("log_in_throttled", is_known, "flood", None),
        ("log_in_throttled", is_known, "another", None),
    ]
    await harness.pretend_ago("audit_entries", "happened_at", timedelta(minutes=16))
    await fails(harness, account_id, network="flood")
    assert (await told(harness))[-1] == ("log_in_throttled", is_known, "flood", None)


async def test_the_right_password_of_a_frozen_account_is_told(harness: Harness) -> None:
    """And opens nothing."""
    await harness.given_account()
    await harness.pretend_ago("accounts", "frozen_at", timedelta(days=1))
    with pytest.raises(Refusal):
        await harness.log_in(device=PHONE)
    assert await told(harness) == [("log_in_while_frozen", True, "network", PHONE)]


async def test_the_holder_is_told_of_a_kind_of_device_that_was_never_here(harness: Harness) -> None:
    """By mail, once. Not of the first one of an account, and not of one that was here before."""
    await harness.given_account()
    for device in (PHONE, PHONE, None):
        await harness.log_in(device=device)
    assert await harness.said(AccountChanged) == []
    for _ in range(2):
        await harness.log_in(device=LAPTOP, session="from the laptop")
    await harness.log_in(device=LAPTOP)
    await harness.log_in(device=PHONE)
    said = await harness.said(AccountChanged)
    assert {(each.notice_key, each.change, each.device) for each in said} == {
        (said[0].notice_key, AccountChange.NEW_DEVICE, LAPTOP)
    }
    recipient = harness.opened_by_notification(said[0], AccountMailRecipient)
    assert recipient.email_address == "taro@example.jp"


async def test_what_another_account_uses_is_new_for_this_one(harness: Harness) -> None:
    """A device is somebody's."""
    await harness.given_account()
    await harness.given_account("Jiro-02", number="405060")
    await harness.log_in("Jiro-02", device=LAPTOP)
    await harness.log_in(device=PHONE)
    await harness.log_in(device=LAPTOP)
    assert len(await harness.said(AccountChanged)) == 1
