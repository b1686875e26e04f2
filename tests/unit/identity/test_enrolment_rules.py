"""How a code of the desk looks, and how it may be typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.identity.enrolment.domain import IssuedCode, code_hash

CODE = IssuedCode("0123456789012345", datetime(2026, 11, 24, tzinfo=UTC))


def test_a_code_is_read_out_four_digits_at_a_time() -> None:
    """And stands in no log by accident."""
    assert CODE.shown == "0123 4567 8901 2345"
    assert "0123" not in repr(CODE)


@pytest.mark.parametrize(
    "typed",
    [
        "0123456789012345",
        "0123 4567 8901 2345",
        " 0123-4567-8901-2345\t",
        "０１２３　４５６７　８９０１　２３４５",
    ],
)
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    """Full-width, spaces, dashes."""
    assert code_hash(typed) == code_hash(CODE.digits)


@pytest.mark.parametrize("typed", ["", "012345678901234", "01234567890123450", "1123456789012345"])
def test_another_number_is_another_code(typed: str) -> None:
    """No digit is left out."""
    assert code_hash(typed) != code_hash(CODE.digits)
