"""RFC 6238: the codes of its appendix B, with six digits, and which clocks are borne."""

from __future__ import annotations

from base64 import b32decode, b32encode
from datetime import UTC, datetime, timedelta

import pytest

from chassis.security.one_time_codes import new_secret, step_of

OF_THE_RFC = b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """Appendix B, SHA-1; of its eight digits the last six."""
    at = datetime.fromtimestamp(seconds, UTC)
    assert step_of(code, OF_THE_RFC, at=at) == seconds // 30


@pytest.mark.parametrize(("late", "fits"), [(-60, False), (-30, True), (29, True), (59, True), (90, False)])
def test_a_clock_may_differ_by_one_step(late: int, fits: bool) -> None:
    """The step is that of the code, whichever it is now."""
    at = datetime.fromtimestamp(1_111_111_110, UTC) + timedelta(seconds=late)
    assert step_of("050471", OF_THE_RFC, at=at) == (1_111_111_110 // 30 if fits else None)


def test_a_secret_is_of_160_bits_and_never_the_same() -> None:
    """RFC 4226, R6."""
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20
    assert {len(b32decode(each)) for each in secrets} == {20}
