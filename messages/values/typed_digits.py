"""How people type numbers, and what remains of it."""

import unicodedata

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2501\u30fc"
"""What people type for a hyphen or a long vowel mark, after NFKC; the last is the long vowel mark itself."""


def bare_digits(typed: str, punctuation: str = "") -> str:
    """NFKC without spaces, dashes, `punctuation`, and the invisible characters that phones paste round
    numbers (Q2).
    """
    folded = unicodedata.normalize("NFKC", typed)
    left_out = DASHES + punctuation
    return "".join(
        char
        for char in folded
        if not (char.isspace() or char in left_out or unicodedata.category(char) == "Cf")
    )
