"""電話番号."""

import re

from messages.values.text_value import PersonalText, Reason, require
from messages.values.typed_digits import bare_digits

_LABEL = "TEL(?:EPHONE)?|PHONE|電話番号|電話|携帯電話|携帯|☎|☏|📞|📱"


class PhoneNumber(PersonalText):
    """電話番号: 10 or 11 ASCII digits, the first a 0 (T5, Q3, S1-3). `+81 (0)748-66-0739`, `TEL 0748.66.0739`
    and `0748660739.0` are `0748660739`.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.NOT_DIGITS, Reason.SHAPE)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        bare = bare_digits(typed, label=_LABEL, punctuation="()[]/")
        require(bare, Reason.EMPTY)
        # A dot parts groups; a single digit behind one was never a group, and is no digit of the number.
        require(not re.search(r"(^|\.)[0-9]?(\.|$)", bare) or "." not in bare, Reason.SHAPE)
        # No domestic number begins with 8, so a leading 81 is the country even without its plus.
        national = re.sub("^[+]?81(?=0?[0-9]{9,10}$)0?", "0", bare.replace(".", ""))
        require(re.fullmatch("[0-9]+", national), Reason.NOT_DIGITS)
        require(re.fullmatch("0[0-9]{9,10}", national), Reason.SHAPE)
        return national
