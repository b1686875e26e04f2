"""The rules of a change of the mail address, without a database (X38)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chassis.messaging.refusal import Refusal
from messages.account_settings import RefusalCode
from messages.values import AccountId, EmailAddress, Nickname
from services.identity.accounts.domain import Account
from services.identity.mail_address.domain import AddressChange

OLD, NEW = EmailAddress("old@example.jp"), EmailAddress("new@example.jp")
ACCOUNT, SOMEBODY = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ASKED = AddressChange(UUID(int=3), ACCOUNT, NEW, None, asked_at=NOON)
MADE = replace(ASKED, old_address=OLD, changed_at=NOON)


def code_of(change: AddressChange, now: datetime, account_key: UUID = ACCOUNT) -> str | None:
    """What the link to the new address deserves; None while it works."""
    try:
        change.require_link(account_key, now)
    except Refusal as refusal:
        return str(refusal.code)
    return None


@pytest.mark.parametrize(
    ("change", "now", "account_key", "code"),
    [
        (ASKED, NOON, ACCOUNT, None),
        (ASKED, NOON + timedelta(hours=24), ACCOUNT, None),
        (ASKED, NOON + timedelta(hours=24) + SECOND, ACCOUNT, RefusalCode.ADDRESS_LINK_EXPIRED),
        (ASKED, NOON, SOMEBODY, RefusalCode.ADDRESS_LINK_OF_ANOTHER),
        (MADE, NOON, ACCOUNT, RefusalCode.ADDRESS_LINK_USED),
        (MADE, NOON + timedelta(days=2), ACCOUNT, RefusalCode.ADDRESS_LINK_USED),
        (replace(ASKED, cancelled_at=NOON), NOON, ACCOUNT, RefusalCode.ADDRESS_LINK_SUPERSEDED),
    ],
)
def test_the_link_to_the_new_address_works_or_says_why_not(
    change: AddressChange, now: datetime, account_key: UUID, code: str | None
) -> None:
    """以内 includes the last second; a used link says so also when its time is over."""
    assert code_of(change, now, account_key) == code
    if account_key == ACCOUNT:
        assert change.is_waited_for(now) is (code is None)


def test_the_old_address_comes_back_within_72_hours() -> None:
    """The last second counts."""
    assert MADE.undoable(NOON + timedelta(hours=72)) == OLD


@pytest.mark.parametrize(
    ("change", "now", "code"),
    [
        (MADE, NOON + timedelta(hours=72) + SECOND, RefusalCode.UNDO_LINK_EXPIRED),
        (ASKED, NOON, RefusalCode.UNDO_LINK_EXPIRED),
        (replace(MADE, cancelled_at=NOON), NOON, RefusalCode.UNDO_LINK_EXPIRED),
        (replace(MADE, undone_at=NOON, cancelled_at=NOON), NOON, RefusalCode.UNDO_LINK_USED),
    ],
)
def test_the_link_that_takes_it_back_says_why_it_does_not(
    change: AddressChange, now: datetime, code: str
) -> None:
    """Each its own page."""
    with pytest.raises(Refusal) as refused:
        change.undoable(now)
    assert refused.value.code == code


def test_a_mail_goes_to_the_account_or_to_the_address_that_is_named() -> None:
    """Nickname and ID are the account's in both."""
    account = Account(ACCOUNT, AccountId("Taro-01"), "hash", OLD, Nickname("たろう"))
    assert account.recipient().email_address == OLD
    other = account.recipient(NEW)
    assert (other.email_address, other.nickname, other.account_id) == (NEW, "たろう", "Taro-01")
