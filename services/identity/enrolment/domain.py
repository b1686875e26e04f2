"""The rules of a code that the desk reads out: how long it works, how often it may be tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.security.tokens import token_hash
from messages.values import EnrolmentCode

CODE_LIFETIME = timedelta(minutes=15)
WRONG_TRIES = 5  # then it is worth nothing
CODES_AN_HOUR = 3  # of one account
CODES_KEPT_FOR = timedelta(days=1)


class NoCode(StrEnum):
    """Why the desk gets none."""

    NO_ACCOUNT = "no_account"
    FROZEN = "frozen"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class IssuedCode:
    """A code as it is read out; only its hash is kept."""

    code: EnrolmentCode
    expires_at: datetime


def code_hash(code: EnrolmentCode) -> str:
    """Under which a code is kept and found."""
    return token_hash(code)
