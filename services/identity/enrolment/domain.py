"""The rules of a code that the desk reads out: how it looks, how long it works, how often it may be tried."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.security.tokens import token_hash

CODE_DIGITS = 16  # 53 bits: of a hash nobody finds it within its lifetime
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

    digits: str = field(repr=False)
    expires_at: datetime

    @property
    def shown(self) -> str:
        """`1234 5678 9012 3456`: four at a time, as they are said."""
        return " ".join(self.digits[at : at + 4] for at in range(0, len(self.digits), 4))


def code_hash(typed: str) -> str:
    """Under which a code is kept and found, however it is typed: full-width, with spaces or dashes."""
    return token_hash("".join(char for char in unicodedata.normalize("NFKC", typed) if char.isdigit()))
