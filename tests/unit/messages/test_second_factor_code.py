"""How the codes of a second factor look, and how they may be typed."""

from __future__ import annotations

import pytest

from messages.values import InvalidValue, Reason, SecondFactorCode

CODE, RECOVERY = SecondFactorCode("012345"), SecondFactorCode("7K2M9QRT0VWX1YZ2AB34CDEF")


def test_a_recovery_code_is_written_four_signs_at_a_time() -> None:
    """And neither stands in a log by accident."""
    assert RECOVERY.in_groups == "7K2M 9QRT 0VWX 1YZ2 AB34 CDEF"
    assert (CODE.is_recovery_code, RECOVERY.is_recovery_code) == (False, True)
    assert repr(CODE) == repr(RECOVERY) == "***"


@pytest.mark.parametrize(
    "typed",
    ["012345", "012 345", " 012-345\t", "０１２３４５", "０１２　３４５", "012\u200b345", "0 1 2 3 4 5"],
    ids=range(7),
)
def test_a_code_of_the_application_is_the_same_however_it_is_typed(typed: str) -> None:
    """Full-width, spaces, dashes, invisible signs."""
    assert SecondFactorCode(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "7k2m9qrt0vwx1yz2ab34cdef",
        "7K2M 9QRT 0VWX 1YZ2 AB34 CDEF",
        "7k2m-9qrt-0vwx-1yz2-ab34-cdef",
        "７Ｋ２Ｍ９ＱＲＴ０ＶＷＸ１ＹＺ２ＡＢ３４ＣＤＥＦ",
        "7K2M9QRTOVWXIYZ2AB34CDEF",
        "7K2M9QRToVWXlYZ2AB34CDEF\n",
    ],
    ids=range(6),
)
def test_a_recovery_code_is_the_same_however_it_is_typed(typed: str) -> None:
    """Small letters, and letters that are taken for digits."""
    assert SecondFactorCode(typed) == RECOVERY


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        (" ー ", Reason.EMPTY),
        ("01234", Reason.SHAPE),
        ("0123456", Reason.SHAPE),
        ("01234x", Reason.SHAPE),
        ("٠١٢٣٤٥", Reason.SHAPE),
        ("7K2M9QRT0VWX1YZ2AB34CDE", Reason.SHAPE),
        ("7K2M9QRT0VWX1YZ2AB34CDEFG", Reason.SHAPE),
        ("7K2M9QRT0VWX1YZ2AB34CDEU", Reason.SHAPE),
        ("7K2M9QRT0VWX1YZ2AB34CDEé", Reason.SHAPE),
    ],
    ids=range(10),
)
def test_what_cannot_be_a_code_is_none(typed: str, reason: Reason) -> None:
    """Nothing is left out, and nothing of another script is taken."""
    with pytest.raises(InvalidValue) as refused:
        SecondFactorCode(typed)
    assert refused.value.reason is reason
