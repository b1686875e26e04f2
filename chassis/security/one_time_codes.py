"""One-time codes of an authenticator application (RFC 6238): six digits, others every thirty seconds."""

from __future__ import annotations

from datetime import datetime

from pyotp import TOTP, random_base32
from pyotp.exceptions import OTPVerificationError

_STEPS_BESIDE = 1  # clocks of telephones differ (RFC 6238, 5.2)


def new_secret() -> str:
    """160 random bits (RFC 4226, R6), in base32 as applications take them: 32 signs."""
    return random_base32()


def step_of(code: str, secret: str, *, at: datetime) -> int | None:
    """The time step whose code this is: the present one, the one before it, or the next. None for any other
    code. Whoever takes a code keeps its step, and takes none that is not newer: so each is taken once.
    """
    try:
        return TOTP(secret).verify_and_get_timecode(code, for_time=at, valid_window=_STEPS_BESIDE)
    except OTPVerificationError:
        return None
