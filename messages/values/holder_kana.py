"""お名前（カナ）, the holder of a contract."""

import re

from messages.values.company_forms import kanji_read_aloud
from messages.values.kana import comparing_key, shown_form
from messages.values.text_value import PersonalText, Reason, require

_NAME = re.compile(r"[ァ-ヾ0-9A-Za-z\u3000()「」.,、。/&'+:¥\\]+")


class HolderKana(PersonalText):
    """お名前（カナ）: 1 to 100 characters of katakana, ー, U+3000, and what the kana fields of billing and
    bank files have besides: digits, capitals, ・ and signs as in `カ)アイコム` (T6, Q4, S1-5).

    Half-width kana and hiragana are taken and shown as full-width katakana, a company form in kanji as it is
    read. Two spellings of one name have one `key`. A name in small Latin letters alone is no kana.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.NOT_KANA, Reason.LENGTH)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        shown = shown_form(kanji_read_aloud(shown_form(typed)))
        require(shown, Reason.EMPTY)
        require(_NAME.fullmatch(shown) and re.search("[ァ-ヺA-Z]", shown), Reason.NOT_KANA)
        require(re.search("[ァ-ヺ]", shown) or shown == shown.upper(), Reason.NOT_KANA)
        require(len(shown) <= 100, Reason.LENGTH)
        return shown.upper()

    @property
    def key(self) -> str:
        """What is compared with the contract, and stored for it; never shown. The key of a key is itself."""
        return comparing_key(self)
