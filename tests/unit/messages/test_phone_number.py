"""電話番号 (T5, Q3, S1-3).

Cases are numbered, as nothing personal belongs in the name of a test, not even an invented one.
"""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.values import InvalidValue, PhoneNumber, Reason


@pytest.mark.parametrize(
    "typed",
    [
        "0748660739",
        "0748-66-0739",
        "０７４８－６６－０７３９",
        "(0748)66-0739",
        "（０７４８）６６ー０７３９",
        "0748.66.0739",
        " 0748 66 0739\u3000",
        "\u202a0748660739\u202c",
        "+81748660739",
        "+81 748-66-0739",
        "+81 (0)748-66-0739",
        "＋81-748-66-0739",
        "81748660739",
    ],
    ids=count(),
)
def test_every_way_of_typing_a_phone_number_gives_its_digits(typed: str) -> None:
    """Hyphens, brackets, spaces, dots, width and country code make no difference."""
    assert PhoneNumber.parse(typed) == "0748660739"


@pytest.mark.parametrize(
    "typed", ["09000001929", "090-0000-1929", "+81 90-0000-1929", "+8109000001929"], ids=count()
)
def test_a_mobile_number_has_eleven_digits(typed: str) -> None:
    """The leading zero is kept or put back."""
    assert PhoneNumber.parse(typed) == "09000001929"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        ("()-", Reason.EMPTY),
        ("0748-66-073a", Reason.NOT_DIGITS),
        ("内線0748660739", Reason.NOT_DIGITS),
        ("٠٧٤٨٦٦٠٧٣٩", Reason.NOT_DIGITS),
        ("+15551234567", Reason.NOT_DIGITS),
        ("0748660739\x00", Reason.NOT_DIGITS),
        ("748660739", Reason.SHAPE),
        ("1748660739", Reason.SHAPE),
        ("074866073", Reason.SHAPE),
        ("074866073912", Reason.SHAPE),
        ("8174866073", Reason.SHAPE),
    ],
    ids=count(),
)
def test_what_is_no_phone_number_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    """The first failing rule tells which sentence the page shows."""
    with pytest.raises(InvalidValue) as refused:
        PhoneNumber.parse(typed)
    assert refused.value.reason is reason
    assert reason in PhoneNumber.reasons


def test_a_phone_number_is_not_shown_in_its_repr() -> None:
    """A log line or traceback does not show it."""
    assert repr(PhoneNumber.parse("0748660739")) == "***"


@given(st.from_regex("0[1-9][0-9]{8,9}", fullmatch=True))
def test_the_international_form_of_any_number_is_the_same_number(digits: str) -> None:
    """+81 stands for the leading zero."""
    assert PhoneNumber.parse("+81" + digits[1:]) == PhoneNumber.parse("81" + digits[1:]) == digits


@given(st.text(st.characters()) | st.text("0123456789０８１+＋-() "))
def test_any_text_gives_ten_or_eleven_plain_digits_or_a_listed_reason(typed: str) -> None:
    """Nothing else can come out, and parsing again changes nothing."""
    try:
        number = PhoneNumber.parse(typed)
    except InvalidValue as refused:
        if refused.reason not in PhoneNumber.reasons:
            raise
    else:
        assert number.isascii()
        assert number.isdecimal()
        assert number.startswith("0")
        assert len(number) in (10, 11)
        assert PhoneNumber.parse(str(number)) == number
