"""ニックネーム."""

import re
import unicodedata
from typing import ClassVar

import regex

from messages.values.invisible import INVISIBLE, without_invisible
from messages.values.text_value import Reason, Text, require

_PICTURE = r"\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?"
_REGION = r"\U0001f3f4[\U000e0030-\U000e007a]+\U000e007f"
_EMOJI = rf"\p{{Regional_Indicator}}{{2}}|[0-9#*]\ufe0f?\u20e3|{_REGION}|{_PICTURE}(?:\u200d{_PICTURE})*"
_FORM_OF_A_KANJI = r"\p{Han}[\U000e0100-\U000e01ef]"
_KEPT_OR_INVISIBLE = regex.compile(f"({_EMOJI}|{_FORM_OF_A_KANJI})|{INVISIBLE}")
_PERCEIVED = regex.compile(r"\X")
_ADDRESS_LIKE = re.compile(
    r"=\?|://|www\.|\w\.[a-z]{2,}/|\w\.(com|net|org|info|biz|jp)\b|@\S+\.", re.IGNORECASE
)

_REORDERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # bidi controls (X36)


class Nickname(Text):
    """ニックネーム: 1 to 20 user-perceived characters in NFC, of at most 200 code points (T15, Q19, X25, X26,
    X29, X36).

    Invisible characters are left out, but for those that make one emoji of several or choose the form of a
    letter. No control, bidi or private-use character, no line separator; nothing that reads as a URL, a mail
    address or an encoded word.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.CHARACTERS, Reason.SHAPE, Reason.LENGTH)
    _REFUSED: ClassVar[frozenset[str]] = frozenset(("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))

    @classmethod
    def _canonical(cls, typed: str) -> str:
        require(_REORDERS.isdisjoint(typed), Reason.CHARACTERS)
        composed = unicodedata.normalize("NFC", typed)
        visible = _KEPT_OR_INVISIBLE.sub(lambda found: found[1] or "", composed)
        text = unicodedata.normalize("NFC", visible).strip()
        require(text, Reason.EMPTY)
        require(len(text) <= 200, Reason.LENGTH)
        plain = without_invisible(text)
        require(cls._REFUSED.isdisjoint(map(unicodedata.category, plain)), Reason.CHARACTERS)
        require(not _ADDRESS_LIKE.search(unicodedata.normalize("NFKC", plain)), Reason.SHAPE)
        perceived = _PERCEIVED.findall(text)
        require(len(perceived) <= 20, Reason.LENGTH)
        require(any(not unicodedata.category(char).startswith(("M", "Z")) for char in plain), Reason.EMPTY)
        return text
