"""Letters of recovery, as identity seals them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from messages.recovery import RecoveryLetter
from messages.values import AccountId, EmailAddress, Nickname
from services.notification.orders.domain import LETTERS, MailKind

ENDS_AT = datetime(2026, 11, 24, 1, 25, 59, tzinfo=UTC)


def a_letter(
    kind: MailKind,
    *,
    nickname: Nickname | None = None,
    account_id: AccountId | None = None,
    account_key: UUID | None = None,
) -> RecoveryLetter:
    """The one that becomes a mail of that kind."""
    return RecoveryLetter(
        kind=next(letter for letter, mail in LETTERS.items() if mail is kind),
        email_address=EmailAddress("taro@example.jp"),
        account_key=account_key,
        nickname=nickname or Nickname("たろう"),
        account_ids=(account_id or AccountId("Taro-01"),),
        reset_token="T0ken-that-nobody-may-see-except-the-customer-x",
        link_ends_at=ENDS_AT,
    )
