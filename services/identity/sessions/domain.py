"""The rules of sessions: how long one lives, and what it lets its holder see."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from messages.values import BillingMonth, CustomerNumber, Device, HolderKana, Nickname

ASSERTION_LIFETIME = timedelta(seconds=60)
SESSION_IDLE = timedelta(minutes=30)  # G18
SESSION_ABSOLUTE = timedelta(hours=12)  # G18
THROTTLED_TOLD_EVERY = timedelta(minutes=15)
SESSIONS_OF_AN_ACCOUNT = 20  # of more than these the oldest end

_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_FIRST_BILLING_DAY = date(2000, 1, 1)


def folded_account_id(typed: str) -> str:
    """What an ID typed at the login screen is looked up and counted by: full-width, case and invisible
    characters ignored (X13).

    Only ASCII is lower-cased (Q6). Any text is taken; one that cannot be an account ID is simply nobody's.
    """
    visible = "".join(char for char in unicodedata.normalize("NFKC", typed) if char.isprintable())
    return visible.strip().translate(_LOWER)


@dataclass(frozen=True)
class Session:
    """A living session of a living account."""

    account_key: UUID
    contract_key: UUID
    customer_number: CustomerNumber
    began_on: date
    held_since: date | None
    held_until: date | None
    nickname: Nickname = field(repr=False)
    created_at: datetime
    last_seen_at: datetime
    previous_login_at: datetime | None
    mail_bounced: bool = False

    @property
    def ends_at(self) -> datetime:
        """When it ends if nobody comes back: 30 minutes from now, 12 hours from its start (G18)."""
        return min(self.last_seen_at + SESSION_IDLE, self.created_at + SESSION_ABSOLUTE).astimezone(UTC)

    def charges_from(self, *, month_of_change_is_new_holders: bool) -> BillingMonth:
        """The first month that its holder may read: earlier ones are another holder's (Q23). The month in
        which the contract passed on to him is billed to the one or the other, as the operator says.
        """
        first = BillingMonth.from_date(max(self.began_on, _FIRST_BILLING_DAY))
        if self.held_since is None:
            return first
        own = BillingMonth.from_date(max(self.held_since, _FIRST_BILLING_DAY))
        return max(first, own if month_of_change_is_new_holders else own.plus(1))

    def charges_until(self, *, month_of_change_is_new_holders: bool) -> BillingMonth | None:
        """The last month that a former holder may read; None for who holds the contract still."""
        if self.held_until is None:
            return None
        last = BillingMonth.from_date(max(self.held_until, _FIRST_BILLING_DAY))
        return last.minus(1) if month_of_change_is_new_holders else last


@dataclass(frozen=True)
class OpenSession:
    """What a customer reads of a session of his. The key opens nothing."""

    session_key: UUID
    device: Device | None
    began_at: datetime
    last_seen_at: datetime
    is_askers: bool


@dataclass(frozen=True)
class Holder:
    """Who holds a contract. The name is None until an import brought it as it is written."""

    customer_number: CustomerNumber
    holder_kana_key: str = field(repr=False)
    holder_kana: HolderKana | None = field(repr=False)

    @property
    def shown_kana(self) -> HolderKana | None:
        """The name to be shown: none that belongs to another key, as an import of the last release leaves it
        behind when the holder's name changes.
        """
        kana = self.holder_kana
        return kana if kana is not None and kana.key == self.holder_kana_key else None
