"""How a code of the desk looks, and how it may be typed."""

from __future__ import annotations

import pytest

from messages.values import EnrolmentCode, InvalidValue, Reason

CODE = EnrolmentCode("0123456789012345")


def test_a_code_is_read_out_four_digits_at_a_time() -> None:
    """And stands in no log by accident."""
    assert CODE.in_groups == "0123 4567 8901 2345"
    assert "0123" not in repr(CODE)


@pytest.mark.parametrize(
    "typed",
    [
        "0123456789012345",
        "0123 4567 8901 2345",
        " 0123-4567-8901-2345\t",
        "０１２３　４５６７　８９０１　２３４５",
        "0123ー4567－8901―2345",
    ],
)
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    """Full-width, spaces, dashes."""
    assert EnrolmentCode(typed) == CODE


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        (" - ", Reason.EMPTY),
        ("012345678901234", Reason.SHAPE),
        ("01234567890123450", Reason.SHAPE),
        ("012345678901234x", Reason.SHAPE),
        ("٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥", Reason.SHAPE),
    ],
    ids=range(6),
)
def test_what_cannot_be_a_code_is_none(typed: str, reason: Reason) -> None:
    """No digit is left out, and none of another script is taken."""
    with pytest.raises(InvalidValue) as refused:
        EnrolmentCode(typed)
    assert refused.value.reason is reason
