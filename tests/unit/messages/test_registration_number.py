"""登録番号 (C16)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.values import InvalidValue, Reason, RegistrationNumber
from messages.values.registration_number import check_digit

TAX_AGENCY = "T7000012050002"  # 国税庁


@pytest.mark.parametrize(
    "typed",
    [
        TAX_AGENCY,
        "t7000012050002",
        "Ｔ７０００　０１２０　５０００２",
        "T7-0000-1205-0002",
        " T7000012050002\n",
    ],
)
def test_width_case_spaces_and_dashes_make_no_difference(typed: str) -> None:
    """The number of 国税庁."""
    assert RegistrationNumber.parse(typed) == TAX_AGENCY


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        ("　-", Reason.EMPTY),
        ("7000012050002", Reason.SHAPE),
        ("T700001205000", Reason.SHAPE),
        ("T70000120500022", Reason.SHAPE),
        ("T700001205000x", Reason.SHAPE),
        ("T700001205000٢", Reason.SHAPE),
        ("TT7000012050002", Reason.SHAPE),
        ("T7000012050003", Reason.CHECK_DIGIT),
        ("T6000012050002", Reason.CHECK_DIGIT),
        ("T7000012005002", Reason.CHECK_DIGIT),
        ("T0000000000000", Reason.CHECK_DIGIT),
    ],
)
def test_what_is_no_number_is_refused(typed: str, reason: Reason) -> None:
    """A digit too many or too few, of another script, wrong, or exchanged with its neighbour."""
    with pytest.raises(InvalidValue) as refused:
        RegistrationNumber.parse(typed)
    assert refused.value.reason is reason


BODIES = st.text("0123456789", min_size=12, max_size=12)


@given(BODIES)
def test_a_number_with_its_check_digit_is_taken_and_no_other_digit_is(body: str) -> None:
    """1 to 9."""
    right = check_digit(body)
    assert RegistrationNumber.parse(f"T{right}{body}") == f"T{right}{body}"
    for wrong in set(range(10)) - {right}:
        with pytest.raises(InvalidValue):
            RegistrationNumber.parse(f"T{wrong}{body}")


@given(BODIES, st.integers(0, 11), st.integers(1, 8))
def test_a_single_wrong_digit_is_found(body: str, place: int, more: int) -> None:
    """But 9 for 0, and 0 for 9, which the law's digit cannot tell."""
    digit = int(body[place])
    other = f"{body[:place]}{(digit + more) % 10}{body[place + 1 :]}"
    same = {digit, int(other[place])} == {0, 9}
    assert (check_digit(other) == check_digit(body)) is same
