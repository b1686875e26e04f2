"""お客様番号 (T4, Q1, Q2, S1-2).

Cases are numbered, as nothing personal belongs in the name of a test, not even an invented one.
"""

from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messages.values import CustomerNumber, InvalidValue, Reason


@pytest.mark.parametrize(
    "typed",
    [
        "102030",
        "00102030",
        "0010-2030",
        "１０２０３０",
        " 10 20 30 ",
        "10ー2030",
        "\u202a102030\u202c",
        "10\u300020\u00a030",
    ],
    ids=count(),
)
def test_every_way_of_typing_a_customer_number_gives_its_digits(typed: str) -> None:
    """Leading zeros, spaces, dashes, full-width digits and invisible characters make no difference."""
    assert CustomerNumber.parse(typed) == "102030"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        (" \u3000- ", Reason.EMPTY),
        ("10203a", Reason.NOT_DIGITS),
        ("١٢٣٤", Reason.NOT_DIGITS),
        ("+102030", Reason.NOT_DIGITS),
        ("102030\x00", Reason.NOT_DIGITS),
        ("0", Reason.SHAPE),
        ("0000000000", Reason.SHAPE),
        ("12345678901", Reason.LENGTH),
    ],
    ids=count(),
)
def test_what_is_no_customer_number_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    """The first failing rule tells which sentence the page shows."""
    with pytest.raises(InvalidValue) as refused:
        CustomerNumber.parse(typed)
    assert refused.value.reason is reason
    assert reason in CustomerNumber.reasons


@pytest.mark.parametrize("typed", ["1", "1234567890", "000001234567890"], ids=count())
def test_one_to_ten_digits_are_counted_after_the_leading_zeros(typed: str) -> None:
    """Zeros in front do not count towards the ten digits."""
    assert CustomerNumber.parse(typed) == typed.lstrip("0")


def test_inner_and_trailing_zeros_are_kept() -> None:
    """Only leading zeros are left out, as the manual says."""
    assert CustomerNumber.parse("0100200") == "100200"


def test_a_customer_number_is_not_shown_in_its_repr() -> None:
    """A log line or traceback does not show it."""
    assert repr(CustomerNumber.parse("102030")) == "***"


@given(st.integers(1, 10**10 - 1), st.integers(0, 5))
def test_any_number_of_leading_zeros_gives_the_same_customer_number(number: int, zeros: int) -> None:
    """Both sides of the comparison may keep or drop them."""
    assert CustomerNumber.parse("0" * zeros + str(number)) == str(number)


@given(st.text(st.characters()) | st.text("0123456789０９ー- "))
@example("²")
def test_any_text_gives_ten_plain_digits_at_most_or_a_listed_reason(typed: str) -> None:
    """Nothing else can come out, and parsing again changes nothing."""
    try:
        number = CustomerNumber.parse(typed)
    except InvalidValue as refused:
        if refused.reason not in CustomerNumber.reasons:
            raise
    else:
        assert number.isascii()
        assert number.isdecimal()
        assert 1 <= int(number) < 10**10
        assert CustomerNumber.parse(str(number)) == number
