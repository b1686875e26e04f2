"""お客様番号."""

import re

from messages.values.text_value import PersonalText, Reason, require
from messages.values.typed_digits import bare_digits


class CustomerNumber(PersonalText):
    """お客様番号: 1 to 10 ASCII digits without leading zeros (manual 1), T4, Q1, S1-2). `0010-2030`,
    `No.102030` and `102,030` are `102030`.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.NOT_DIGITS, Reason.SHAPE, Reason.LENGTH)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        digits = bare_digits(typed, label="お客様番号|NO", punctuation=",")
        require(digits, Reason.EMPTY)
        require(re.fullmatch("[0-9]+", digits), Reason.NOT_DIGITS)
        number = digits.lstrip("0")
        require(number, Reason.SHAPE)
        require(len(number) <= 10, Reason.LENGTH)
        return number
