"""電話番号."""

import re

from messages.values.text_value import PersonalText, Reason, require
from messages.values.typed_digits import bare_digits


class PhoneNumber(PersonalText):
    """電話番号: 10 or 11 ASCII digits, the first a 0 (T5, Q3, S1-3). `+81 (0)748-66-0739` is `0748660739`."""

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.NOT_DIGITS, Reason.SHAPE)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        bare = bare_digits(typed, "()[].")
        require(bare, Reason.EMPTY)
        # No domestic number begins with 8, so a leading 81 is the country even without its plus.
        national = re.sub("^[+]?81(?=0?[0-9]{9,10}$)0?", "0", bare)
        require(re.fullmatch("[0-9]+", national), Reason.NOT_DIGITS)
        require(re.fullmatch("0[0-9]{9,10}", national), Reason.SHAPE)
        return national
