"""ニックネーム."""

import re
import unicodedata
from typing import ClassVar

from messages.values.text_value import Reason, Text, require

_EMOJI = "\u00a9\u00ae\u2190-\u2bff\U0001f000-\U0001faff"
_JOINER_IN_EMOJI = re.compile(f"(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])")
_PART_OF_AN_EMOJI = re.compile(
    "\u200d.|[\U0001f3fb-\U0001f3ff]"
)  # the next emoji of a joined one; a skin tone
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_ADDRESS_LIKE = re.compile(
    r"=\?|://|www\.|\w\.[a-z]{2,}/|\w\.(com|net|org|info|biz|jp)\b|@\S+\.", re.IGNORECASE
)


class Nickname(Text):
    """ニックネーム: 1 to 20 user-perceived characters in NFC, of at most 200 code points (T15, Q19, X25, X26,
    X29, X36).

    No control, invisible, bidi or private-use character, no line separator; nothing that reads as a URL, a
    mail address or an encoded word.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.CHARACTERS, Reason.SHAPE, Reason.LENGTH)
    _REFUSED: ClassVar[frozenset[str]] = frozenset(("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))

    @classmethod
    def _canonical(cls, typed: str) -> str:
        text = unicodedata.normalize("NFC", typed).strip()
        require(text, Reason.EMPTY)
        require(len(text) <= 200, Reason.LENGTH)
        unjoined = _JOINER_IN_EMOJI.sub("", text)
        require(cls._REFUSED.isdisjoint(map(unicodedata.category, unjoined)), Reason.CHARACTERS)
        require(not _ADDRESS_LIKE.search(unicodedata.normalize("NFKC", text)), Reason.SHAPE)
        # Simpler than UAX #29 and the same for names: marks and variation selectors (category M) belong to
        # what precedes them.
        symbols = _FLAG.sub("x", _PART_OF_AN_EMOJI.sub("", text))
        perceived = sum(not unicodedata.category(char).startswith("M") for char in symbols)
        require(1 <= perceived <= 20, Reason.LENGTH)
        return text
