"""What the desk sees of an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from messages.values import AccountId, CustomerNumber, EmailAddress
from services.identity.accounts.domain import QUARANTINE

SEEN_LATELY = timedelta(minutes=30)  # as long as a session lives without being used (G18)


@dataclass(frozen=True)
class AccountAtDesk:
    """What the desk sees of an account: whose, how to reach him, and what keeps him out."""

    account_id: AccountId = field(repr=False)
    customer_number: CustomerNumber
    email_address: EmailAddress = field(repr=False)
    created_at: datetime
    last_login_at: datetime | None
    frozen_at: datetime | None
    passed_on_at: datetime | None
    left_at: datetime | None
    mail_bounced_at: datetime | None
    second_factor_since: datetime | None
    sessions: int
    passkeys: int

    @property
    def masked_address(self) -> str:
        """`ta***@example.jp`: enough to ask whether it is the customer's, and not to write to it."""
        return f"{self.email_address.local_part[:2]}***@{self.email_address.domain}"

    @property
    def erased_at(self) -> datetime | None:
        """When it is erased, as its contract has passed on or the customer has left."""
        ends = [end for end in (self.passed_on_at, self.left_at) if end]
        return min(ends) + QUARANTINE if ends else None
