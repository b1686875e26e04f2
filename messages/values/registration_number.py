"""登録番号 of the issuer of a 適格請求書."""

import re
import unicodedata

from messages.values.text_value import Reason, Text, require
from messages.values.typed_digits import DASHES


class RegistrationNumber(Text):
    """登録番号: `T` and 13 digits, of which the first is the check digit of the other 12 (C16). Width, case,
    spaces and dashes make no difference: `Ｔ7-0000-1205-0002` is `T7000012050002`.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.SHAPE, Reason.CHECK_DIGIT)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        folded = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
        bare = "".join(char for char in folded if char not in DASHES)
        require(bare, Reason.EMPTY)
        require(re.fullmatch("T[0-9]{13}", bare), Reason.SHAPE)
        require(int(bare[1]) == check_digit(bare[2:]), Reason.CHECK_DIGIT)
        return bare


def check_digit(body: str) -> int:
    """Of the 12 digits of a 法人番号: 9 less the remainder by 9 of their sum, in which every second one from
    the right counts twice (法人番号の指定等に関する省令).
    """
    weighted = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(body)))
    return 9 - weighted % 9
