"""お名前（カナ）, the holder of a contract."""

import re

from messages.values.kana import comparing_key, shown_form
from messages.values.text_value import PersonalText, Reason, require


class HolderKana(PersonalText):
    """お名前（カナ）: 1 to 100 characters of katakana, ー, ・, digits (company names have them) and U+3000
    (T6, Q4, S1-5).

    Half-width kana and hiragana are taken and shown as full-width katakana. Two spellings of one name have
    one `key`.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.NOT_KANA, Reason.LENGTH)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        shown = shown_form(typed)
        require(shown, Reason.EMPTY)
        require(re.fullmatch("[ァ-ヾ0-9\u3000]+", shown) and re.search("[ァ-ヺ]", shown), Reason.NOT_KANA)
        require(len(shown) <= 100, Reason.LENGTH)
        return shown

    @property
    def key(self) -> str:
        """What is compared with the contract, and stored for it; never shown. The key of a key is itself."""
        return comparing_key(self)
