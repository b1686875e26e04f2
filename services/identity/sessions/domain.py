"""The rules of sessions: how long one lives, and what it lets its holder see."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from messages.values import BillingMonth, CustomerNumber, Nickname

ASSERTION_LIFETIME = timedelta(seconds=60)
SESSION_IDLE = timedelta(minutes=30)  # G18
SESSION_ABSOLUTE = timedelta(hours=12)  # G18

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
    nickname: Nickname = field(repr=False)
    created_at: datetime
    last_seen_at: datetime
    previous_login_at: datetime | None
    mail_bounced: bool = False

    @property
    def ends_at(self) -> datetime:
        """When it ends if nobody comes back: 30 minutes from now, 12 hours from its start (G18)."""
        return min(self.last_seen_at + SESSION_IDLE, self.created_at + SESSION_ABSOLUTE).astimezone(UTC)

    @property
    def charges_from(self) -> BillingMonth:
        """The first month that its holder may read: earlier ones are another holder's (Q23)."""
        return BillingMonth.from_date(max(self.began_on, _FIRST_BILLING_DAY))
