"""The rules of the second factor: which codes are taken, each once, and for how long what is begun waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.security.one_time_codes import step_of
from chassis.security.sealing import Sealed
from chassis.security.tokens import token_hash
from messages.second_factor import OneTimeSecret
from messages.values import SecondFactorCode
from messages.values.second_factor_code import RECOVERY_ALPHABET, RECOVERY_LENGTH

SETUP_LIFETIME = timedelta(minutes=10)
PENDING_LIFETIME = timedelta(minutes=5)
WRONG_CODES = 5  # of one log-in; then it has to begin again
RECOVERY_CODES = 10


@dataclass(frozen=True)
class SecondFactor:
    """One that is on. `last_step` is that of the newest code that was taken; `recovery_code_hashes` are those
    of the codes that were not used; `recovery_codes_made_by` is the form that made them.
    """

    secret: Sealed[OneTimeSecret]
    last_step: int
    recovery_code_hashes: tuple[str, ...] = field(repr=False)
    recovery_codes_made_by: UUID

    def after(self, code: SecondFactorCode, at: datetime, opened: Callable[[], str]) -> SecondFactor | None:
        """What is left once the code was taken: it is worth nothing from then on, nor is any code of an
        earlier step. None if it is not taken. `opened` gives the secret, which no recovery code needs.
        """
        if code.is_recovery_code:
            used = recovery_code_hash(code)
            left = tuple(each for each in self.recovery_code_hashes if each != used)
            return replace(self, recovery_code_hashes=left) if used in self.recovery_code_hashes else None
        step = step_of(code, opened(), at=at)
        return replace(self, last_step=step) if step is not None and step > self.last_step else None

    def has_just_taken(
        self, code: SecondFactorCode, form_key: UUID, at: datetime, opened: Callable[[], str]
    ) -> bool:
        """Whether it was this very form that made the recovery codes, with this code: a press is repeated."""
        if code.is_recovery_code or form_key != self.recovery_codes_made_by:
            return False
        return step_of(code, opened(), at=at) == self.last_step


@dataclass(frozen=True)
class PendingLogIn:
    """ID and password were right, the code is waited for; `finished_by` is the form that brought it."""

    account_key: UUID
    wrong_codes: int
    finished_by: UUID | None

    @property
    def may_try(self) -> bool:
        """Whether another code is judged."""
        return self.finished_by is None and self.wrong_codes < WRONG_CODES


def recovery_code(digest: str) -> SecondFactorCode:
    """The code that a keyed hash (hex) makes: the same for the same press, so that its repetition gets the
    same ones though hashes alone are kept.
    """
    bits, signs = int(digest, 16), []
    for _ in range(RECOVERY_LENGTH):
        bits, digit = divmod(bits, len(RECOVERY_ALPHABET))
        signs.append(RECOVERY_ALPHABET[digit])
    return SecondFactorCode("".join(signs))


def recovery_code_hash(code: SecondFactorCode) -> str:
    """Under which it is kept: 120 bits need no salt (ASVS 6.5.2)."""
    return token_hash(code)
