"""The rules of identity: what proves a contract, how long a session lives, when My Page ends."""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from uuid import UUID

from messages.identity import AccountMailRecipient, HolderDetails, SessionAssertion, VerificationProof
from messages.values import AccountId, BillingMonth, CustomerNumber, EmailAddress, Nickname

PROOF_LIFETIME = timedelta(minutes=30)  # Q25
ASSERTION_LIFETIME = timedelta(seconds=60)
SESSION_IDLE = timedelta(minutes=30)  # G18
SESSION_ABSOLUTE = timedelta(hours=12)  # G18
READABLE_MONTHS = 12  # Q24: charges stay readable so long after the end of a contract
CLOSING_NOTICE = timedelta(days=30)  # Q24

_JAPAN = timezone(timedelta(hours=9))  # no daylight saving time
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_FIRST_BILLING_DAY = date(2000, 1, 1)


class HolderKind(StrEnum):
    """契約区分."""

    PERSON = "person"
    COMPANY = "company"


class ContractState(StrEnum):
    """契約状態."""

    ACTIVE = "active"
    CLOSED = "closed"


def day_in_japan(now: datetime) -> date:
    """The calendar day that it is in Japan."""
    return now.astimezone(_JAPAN).date()


def readable_until(closed_on: date) -> date:
    """The same day `READABLE_MONTHS` later, or the last of that month."""
    month = BillingMonth.from_date(closed_on).plus(READABLE_MONTHS)
    return date(month.year, month.month, min(closed_on.day, monthrange(month.year, month.month)[1]))


def folded_account_id(typed: str) -> str:
    """What an ID typed at the login screen is looked up and counted by: full-width, case and invisible
    characters ignored (X13).

    Only ASCII is lower-cased (Q6). Any text is taken; one that cannot be an account ID is simply nobody's.
    """
    visible = "".join(char for char in unicodedata.normalize("NFKC", typed) if char.isprintable())
    return visible.strip().translate(_LOWER)


@dataclass(frozen=True)
class Contract:
    """One holder of one contract, and the account that was opened for it."""

    contract_key: UUID
    customer_number: CustomerNumber
    holder_kana_key: str = field(repr=False)
    phone_numbers: frozenset[str] = field(repr=False)
    closed_on: date | None
    account_key: UUID | None

    def is_proved_by(self, holder: HolderDetails) -> bool:
        """True if the name and any of the contract's phone numbers fit (Q3, Q4). The number was used to find
        the contract.
        """
        return holder.phone_number in self.phone_numbers and holder.holder_kana.key == self.holder_kana_key

    def may_register(self, now: datetime, *, even_closed: bool) -> bool:
        """True while the contract runs and, where the operator allows it, within 12 months of its end (Q5).
        """
        if self.closed_on is None:
            return True
        return even_closed and day_in_japan(now) <= readable_until(self.closed_on)

    def admits(self, holder: HolderDetails, now: datetime, *, even_closed: bool) -> bool:
        """True if the holder proved it and it may register: what [認証] asks. Why not is nobody's business
        (T8).
        """
        return self.is_proved_by(holder) and self.may_register(now, even_closed=even_closed)

    def proof(self, now: datetime, browser_token_hash: str) -> VerificationProof:
        """What this browser carries to registration."""
        return VerificationProof(
            expires_at=now + PROOF_LIFETIME,
            contract_key=self.contract_key,
            customer_number=self.customer_number,
            browser_token_hash=browser_token_hash,
        )


@dataclass(frozen=True)
class Account:
    """An account that has not been closed."""

    account_key: UUID
    account_id: AccountId = field(repr=False)
    password_hash: str = field(repr=False)
    email_address: EmailAddress
    nickname: Nickname = field(repr=False)
    is_frozen: bool

    @property
    def recipient(self) -> AccountMailRecipient:
        """Whom to write to about it."""
        return AccountMailRecipient(
            email_address=self.email_address, nickname=self.nickname, account_id=self.account_id
        )


@dataclass(frozen=True)
class ClosingAccount:
    """An account whose holder is to be told that it ends at `closes_at`."""

    account: Account
    closes_at: datetime


@dataclass(frozen=True)
class Session:
    """A living session of a living account."""

    account_key: UUID
    contract_key: UUID
    customer_number: CustomerNumber
    began_on: date
    nickname: Nickname = field(repr=False)
    created_at: datetime
    last_seen_at: datetime
    previous_login_at: datetime | None

    @property
    def ends_at(self) -> datetime:
        """When it ends if nobody comes back: 30 minutes from now, 12 hours from its start (G18)."""
        return min(self.last_seen_at + SESSION_IDLE, self.created_at + SESSION_ABSOLUTE).astimezone(UTC)

    def assertion(self, now: datetime) -> SessionAssertion:
        """What other services are told. Earlier months than the contract's first are another holder's (Q23).
        """
        return SessionAssertion(
            expires_at=now + ASSERTION_LIFETIME,
            account_key=self.account_key,
            contract_key=self.contract_key,
            customer_number=self.customer_number,
            charges_from=BillingMonth.from_date(max(self.began_on, _FIRST_BILLING_DAY)),
        )
