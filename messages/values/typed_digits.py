"""How people type numbers, and what remains of it."""

import re
import unicodedata

from messages.values.invisible import without_invisible

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2501\u30fc"
"""What people type for a hyphen or a long vowel mark, after NFKC; the last is the long vowel mark itself."""

_WHOLE_NUMBER = re.compile(r"([^.]*[0-9])\.0+")


def bare_digits(typed: str, *, label: str, punctuation: str = "") -> str:
    """NFKC without a `label` before it (a pattern), spaces, dashes, `punctuation`, invisible characters (Q2).

    `0748001234.0` is what a spreadsheet makes of a number: the fraction goes, and is no digit of it.
    """
    if typed.isascii() and typed.isdigit():
        return typed  # as nearly all of a million rows
    folded = without_invisible(unicodedata.normalize("NFKC", typed))
    together = "".join(folded.split())
    unlabelled = re.sub(f"^(?:{label})[:.]?", "", together, flags=re.IGNORECASE)
    whole = _WHOLE_NUMBER.sub(r"\1", unlabelled) if _WHOLE_NUMBER.fullmatch(unlabelled) else unlabelled
    return "".join(char for char in whole if char not in DASHES + punctuation)
