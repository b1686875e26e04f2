"""Which codes are taken, each once (docs/requirements.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from pyotp import TOTP

from chassis.security.sealing import Sealed
from messages.second_factor import OneTimeSecret
from messages.values import SecondFactorCode
from services.identity.second_factor.domain import (
    WRONG_CODES,
    PendingLogIn,
    SecondFactor,
    recovery_code,
    recovery_code_hash,
)

SECRET, AT = "A" * 32, datetime(2026, 11, 29, tzinfo=UTC)
STEP = int(AT.timestamp()) // 30
FORM, RECOVERY = UUID(int=1), recovery_code("0f" * 32)
FACTOR = SecondFactor(
    secret=Sealed[OneTimeSecret](key_id="x", box="x"),
    last_step=STEP - 1,
    recovery_code_hashes=("other", recovery_code_hash(RECOVERY)),
    recovery_codes_made_by=FORM,
)


def code(step: int) -> SecondFactorCode:
    """What the application shows in that step."""
    return SecondFactorCode(TOTP(SECRET).generate_otp(step))


def opened() -> str:
    """The box is opened for codes of the application alone."""
    return SECRET


def never_opened() -> str:
    """A recovery code works even if the key of the box is lost."""
    raise AssertionError


def test_a_code_of_the_application_is_taken_once() -> None:
    """Neither itself nor one of an earlier step afterwards."""
    after = FACTOR.after(code(STEP), AT, opened)
    assert after is not None
    assert after.last_step == STEP
    assert after.after(code(STEP), AT, opened) is None
    assert after.after(code(STEP - 1), AT, opened) is None
    assert after.after(code(STEP + 1), AT, opened) is not None
    assert FACTOR.after(code(STEP + 9), AT, opened) is None


def test_a_recovery_code_is_taken_once_and_the_others_stay() -> None:
    """Its box need not open."""
    after = FACTOR.after(RECOVERY, AT, never_opened)
    assert after is not None
    assert after.recovery_code_hashes == ("other",)
    assert after.after(RECOVERY, AT, never_opened) is None


def test_a_repeated_press_is_known_by_its_form_and_its_code() -> None:
    """Not by one of them."""
    after = FACTOR.after(code(STEP), AT, opened)
    assert after is not None
    assert after.has_just_taken(code(STEP), FORM, AT, opened)
    assert not after.has_just_taken(code(STEP), UUID(int=2), AT, never_opened)
    assert not after.has_just_taken(code(STEP + 1), FORM, AT, opened)
    assert not after.has_just_taken(RECOVERY, FORM, AT, never_opened)


def test_recovery_codes_differ_and_are_the_same_for_the_same_press() -> None:
    """Every one has its full length."""
    digests = [f"{number:064x}" for number in (0, 1, 2**119, 2**255)]
    codes = [recovery_code(each) for each in digests]
    assert all(each.is_recovery_code for each in codes)
    assert codes == [recovery_code(each) for each in digests]
    assert len(set(codes[:3])) == 3


def test_a_log_in_may_try_until_it_is_finished_or_has_missed_five_times() -> None:
    """Then it begins again."""
    assert PendingLogIn(FORM, WRONG_CODES - 1, None).may_try
    assert not PendingLogIn(FORM, WRONG_CODES, None).may_try
    assert not PendingLogIn(FORM, 0, FORM).may_try
