"""What a customer calls one of his passkeys."""

import unicodedata
from typing import ClassVar

from messages.values.invisible import without_invisible
from messages.values.text_value import PersonalText, Reason, require


class PasskeyName(PersonalText):
    """1 to 30 characters in NFC, without control, format, private-use or line characters (X36): it is shown
    to its customer alone, and goes into no mail.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.LENGTH, Reason.CHARACTERS)
    _REFUSED: ClassVar[frozenset[str]] = frozenset(("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))

    @classmethod
    def _canonical(cls, typed: str) -> str:
        text = unicodedata.normalize("NFC", without_invisible(typed)).strip()
        require(text, Reason.EMPTY)
        require(len(text) <= 30, Reason.LENGTH)
        require(cls._REFUSED.isdisjoint(map(unicodedata.category, text)), Reason.CHARACTERS)
        return text
