"""What an account's own customer may take home."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from messages.values import PasskeyName, PhoneNumber


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
