"""What the desk did is told to the account's holder, though the desk's command has no keys."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from support.identity_harness import Harness, received

from chassis.security.tokens import new_key
from messages.account_notices import AccountChange, AccountChanged, DeskChangedAccount
from messages.identity import AccountMailRecipient
from services.identity.accounts.on_desk_changed_account import on_desk_changed_account

AT = datetime(2026, 11, 24, 1, 25, tzinfo=UTC)


def done_at_the_desk(account_key: UUID) -> DeskChangedAccount:
    """By `mypage accounts end-sessions`."""
    return DeskChangedAccount(
        notice_key=uuid4(), account_key=account_key, change=AccountChange.SESSIONS_ENDED, happened_at=AT
    )


async def test_the_holder_is_told_once(harness: Harness) -> None:
    """At the account's address, sealed for notification."""
    await harness.given_account()
    [row] = await harness.run("SELECT account_key FROM accounts")
    event, delivery = done_at_the_desk(row["account_key"]), received(new_key())
    for _ in range(2):
        await on_desk_changed_account(harness.service, event, delivery)
    [said] = await harness.said(AccountChanged)
    assert (said.notice_key, said.change, said.happened_at) == (event.notice_key, event.change, AT)
    recipient = harness.opened_by_notification(said, AccountMailRecipient)
    assert (recipient.email_address, recipient.nickname) == ("taro@example.jp", "たろう")


async def test_nobody_is_told_of_an_account_that_is_gone(harness: Harness) -> None:
    """Its address is gone, too."""
    await on_desk_changed_account(harness.service, done_at_the_desk(uuid4()), received(new_key()))
    assert await harness.said(AccountChanged) == []
