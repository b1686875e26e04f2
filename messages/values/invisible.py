"""What phones, chats and web pages paste along with a text: characters that nobody sees, and spaces."""

import re

import regex

INVISIBLE = r"[\p{Default_Ignorable_Code_Point}\u2800\ufffc]"
"""A pattern for one such character: zero-width, filler, direction and variation characters (Unicode's
Default_Ignorable_Code_Point), the blank Braille cell, and the placeholder of a pasted object.
"""
_INVISIBLE = regex.compile(INVISIBLE)


def without_invisible(text: str) -> str:
    """The text without them. Idempotent."""
    return _INVISIBLE.sub("", text)


def without_spaces(text: str) -> str:
    """The text without the spaces in it and what is blank at its ends. A line break within stays, as two
    lines are not one value. Idempotent.
    """
    return re.sub(r"[^\S\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", "", text.strip())
