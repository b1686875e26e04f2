"""How a name in kana is folded, so that every customary way of typing it compares equal (Q4, S1-5)."""

import unicodedata

from messages.values.company_forms import LARGE_OF_SMALL, with_one_reading
from messages.values.invisible import without_invisible
from messages.values.typed_digits import DASHES

_LONG_VOWELS = dict.fromkeys(map(ord, DASHES), "ー")
# NFKC alone turns a spacing voicing mark into a space and a combining one, and カ゛ into three characters.
_COMBINING_MARKS = {0x309B: "\u3099", 0x309C: "\u309a"}
_KATAKANA_OF_HIRAGANA = {code: chr(code + 0x60) for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_NOT_COMPARED = str.maketrans("", "", "\u3000・()「」.,、。/&'+:¥\\")


def shown_form(typed: str) -> str:
    """The text as the portal shows it: full-width katakana, every dash a long vowel mark, words parted by one
    U+3000.

    Characters that are not kana are kept (in NFKC), so the caller decides what to refuse. Idempotent.
    """
    visible = "".join(char for char in typed if char.isspace() or unicodedata.category(char) != "Cc")
    folded = unicodedata.normalize("NFKC", without_invisible(visible).translate(_COMBINING_MARKS))
    katakana = folded.translate(_KATAKANA_OF_HIRAGANA | _LONG_VOWELS)
    # わ゛ has no composed form, but the ワ゛ it has just become does.
    return "\u3000".join(unicodedata.normalize("NFC", katakana).split())


def comparing_key(shown: str) -> str:
    """What two spellings of one name have in common: no spaces, no signs, no small kana, and one reading for
    each company form, however it is abbreviated (company_forms). Idempotent.

    Billing and bank data often lack small kana; requiring spaces would add no security (Q4).
    """
    large = "".join(shown.split()).replace("・", "").translate(LARGE_OF_SMALL).upper()
    return with_one_reading(large).translate(_NOT_COMPARED)
