"""The rule for passwords: the manual's by default, the guidance of NIST SP 800-63B as a setting (Q7)."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Self

from messages.values.password_blocklist import is_guessable
from messages.values.text_value import PersonalText, Reason, require

LONGEST_PASSWORD = 64
"""By any policy."""


class PasswordPolicy(StrEnum):
    """Whose rule a new password follows (Q7)."""

    MANUAL = "manual"
    NIST = "nist"


class Password(PersonalText):
    """パスワード, exactly as typed: never folded or trimmed, and case counts (T13, Q7, Q8, S2-5 to S2-8).

    `Password(typed)`, and so a field of a message, holds what either policy can accept: 8 to 64 printable
    characters, none of them full-width letters, digits or signs, no space at either end. A *new* password
    goes through `check_password`.
    """

    __slots__ = ()
    reasons = (
        Reason.EMPTY,
        Reason.FULL_WIDTH,
        Reason.SPACE,
        Reason.LENGTH,
        Reason.CHARACTERS,
        Reason.KINDS,
        Reason.GUESSABLE,
    )

    @classmethod
    def parse(cls, typed: str) -> Self:
        """A new password by the manual's policy; nothing is known of the customer. Raises InvalidValue."""
        return cls(check_password(typed, PasswordPolicy.MANUAL, related=()))

    @classmethod
    def _canonical(cls, typed: str) -> str:
        _require_password_shape(typed, longest=LONGEST_PASSWORD, allowed=str.isprintable)
        return typed


def check_password(typed: str, policy: PasswordPolicy, *, related: Iterable[str]) -> Password:
    """A new password by `policy`. Raises InvalidValue with the first of `Password.reasons` that applies
    (S2-6).

    `manual`: 8 to 16 ASCII letters and digits, two of lower, upper and digit. `nist`: 8 to 64 printable
    characters. Both refuse the block list and the `related` words, which are the customer's own (account ID,
    nickname, mail local part, customer number, phone number) and the company's name (S2-8).
    """
    if policy is PasswordPolicy.MANUAL:
        _require_password_shape(typed, longest=16, allowed=lambda text: text.isascii() and text.isalnum())
        require(sum(bool(re.search(kind, typed)) for kind in ("[a-z]", "[A-Z]", "[0-9]")) >= 2, Reason.KINDS)
    password = Password(typed)
    require(not is_guessable(password, related), Reason.GUESSABLE)
    return password


def words_of_a_customer(
    *, account_id: str, nickname: str, email_address: str, numbers: Iterable[str]
) -> frozenset[str]:
    """What a stranger who knows the customer would try as a password (S2-8): the one list of it. `numbers`
    are his customer number and telephones, as far as they are known.
    """
    return frozenset((account_id, nickname, email_address.rpartition("@")[0], *numbers))


def _require_password_shape(typed: str, longest: int, allowed: Callable[[str], bool]) -> None:
    require(typed, Reason.EMPTY)
    require(not re.search("[\uff01-\uff5e]", typed), Reason.FULL_WIDTH)
    require(typed == typed.strip(), Reason.SPACE)
    require(8 <= len(typed) <= longest, Reason.LENGTH)
    require(allowed(typed), Reason.CHARACTERS)
