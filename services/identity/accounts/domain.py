"""The rules of accounts: what one is, and when My Page ends."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from messages.identity import AccountMailRecipient
from messages.values import (
    AccountId,
    BillingMonth,
    EmailAddress,
    Nickname,
    PasskeyName,
    PhoneNumber,
    words_of_a_customer,
)

READABLE_MONTHS = 12  # Q24: charges stay readable so long after the end of a contract
CLOSING_NOTICE = timedelta(days=30)  # Q24
QUARANTINE = timedelta(days=30)  # X46: what is personal outlives 退会, and a contract that passes on
AUDITS_KEPT_YEARS = (
    7  # of imports and of what the desk did, and what is left of closed accounts (docs/retention.md)
)


def readable_until(closed_on: date) -> date:
    """The same day `READABLE_MONTHS` later, or the last of that month."""
    month = BillingMonth.from_date(closed_on).plus(READABLE_MONTHS)
    return date(month.year, month.month, min(closed_on.day, monthrange(month.year, month.month)[1]))


@dataclass(frozen=True)
class Account:
    """An account that has not been closed."""

    account_key: UUID
    account_id: AccountId = field(repr=False)
    password_hash: str = field(repr=False)
    email_address: EmailAddress
    nickname: Nickname = field(repr=False)
    is_frozen: bool = False
    has_left: bool = False
    second_factor_since: datetime | None = None

    def words_with(self, numbers: Iterable[str]) -> frozenset[str]:
        """What a stranger who knows the customer would try as a password (S2-8). `numbers`: his contract's,
        and his telephones'.
        """
        return words_of_a_customer(
            account_id=self.account_id,
            nickname=self.nickname,
            email_address=self.email_address,
            numbers=numbers,
        )

    def recipient(self, address: EmailAddress | None = None) -> AccountMailRecipient:
        """Whom a mail about the account goes to: its own address, or another one."""
        return AccountMailRecipient(
            email_address=address or self.email_address, nickname=self.nickname, account_id=self.account_id
        )


@dataclass(frozen=True)
class ClosingAccount:
    """An account whose holder is to be told that it ends at `closes_at`."""

    account: Account
    closes_at: datetime


@dataclass(frozen=True)
class ClosedAccount:
    """What is left of an account: nothing personal."""

    account_key: UUID
    registration_key: UUID


@dataclass(frozen=True)
class KeptOfAccount:
    """What is kept of an account and its contract beside names and numbers."""

    created_at: datetime
    last_login_at: datetime | None
    mail_bounced_at: datetime | None
    phone_numbers: tuple[PhoneNumber, ...] = field(repr=False)
    began_on: date
    closed_on: date | None
    held_since: date | None
    held_until: date | None


@dataclass(frozen=True)
class PasskeyAsKept:
    """What is kept of a passkey that says anything to its customer."""

    name: PasskeyName = field(repr=False)
    made_at: datetime
    last_used_at: datetime | None
