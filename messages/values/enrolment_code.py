"""登録コード, which the desk reads out to who lost mailbox and password."""

import re
import unicodedata

from messages.values.text_value import PersonalText, Reason, require
from messages.values.typed_digits import DASHES

DIGITS = 16
"""53 bits: of a hash nobody finds them within the quarter of an hour for which they work."""


class EnrolmentCode(PersonalText):
    """Sixteen digits, however they are typed: full-width, with spaces or dashes."""

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.SHAPE)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        folded = "".join(unicodedata.normalize("NFKC", typed).split())
        bare = "".join(char for char in folded if char not in DASHES)
        require(bare, Reason.EMPTY)
        require(re.fullmatch(f"[0-9]{{{DIGITS}}}", bare), Reason.SHAPE)
        return bare

    @property
    def in_groups(self) -> str:
        """`1234 5678 9012 3456`: four at a time, as they are said."""
        return " ".join(self[at : at + 4] for at in range(0, DIGITS, 4))
