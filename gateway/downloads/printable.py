"""What the font can print, and the mark for what it cannot: no character vanishes from a paper.

Such a mark (〓) is what Japanese typesetters put where a type was missing.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MISSING = "〓"

_WINDOWS_FULL_UNICODE = (3, 10)  # platform and encoding of the table that knows every plane
_SEGMENTED_COVERAGE = 12


class Characters:
    """The characters that an OpenType font has a glyph for."""

    def __init__(self, font: Path) -> None:
        """Raises ValueError if the font has no such table (OpenType, cmap, format 12)."""
        self._code_points = frozenset(_code_points(font.read_bytes()))

    def __contains__(self, character: str) -> bool:
        return ord(character) in self._code_points

    def printable(self, content: Any) -> Any:
        """The same JSON value, in whose texts `MISSING` stands for what cannot be printed, and a space for
        a space of any kind. Signs that choose among the forms of the one before them stay.
        """
        if isinstance(content, str):
            return "".join(self._printable(character) for character in content)
        if isinstance(content, dict):
            return {name: self.printable(value) for name, value in content.items()}
        return [self.printable(value) for value in content] if isinstance(content, list) else content

    def _printable(self, character: str) -> str:
        if character in self or _chooses_a_form(character):
            return character
        return " " if character.isspace() else MISSING


def _chooses_a_form(character: str) -> bool:
    return unicodedata.name(character, "").startswith("VARIATION SELECTOR")


def _code_points(font: bytes) -> Iterator[int]:
    (tables,) = struct.unpack_from(">H", font, 4)
    records = [struct.unpack_from(">4sLLL", font, 12 + 16 * each) for each in range(tables)]
    cmap = next((start for tag, _, start, _ in records if tag == b"cmap"), None)
    if cmap is None:
        raise ValueError("a font without a table of characters")
    (encodings,) = struct.unpack_from(">H", font, cmap + 2)
    for each in range(encodings):
        platform, encoding, offset = struct.unpack_from(">HHL", font, cmap + 4 + 8 * each)
        start = cmap + offset
        if (platform, encoding) == _WINDOWS_FULL_UNICODE:
            layout, _, _, _, groups = struct.unpack_from(">HHLLL", font, start)
            if layout != _SEGMENTED_COVERAGE:
                break
            for group in range(groups):
                first, last, _ = struct.unpack_from(">LLL", font, start + 16 + 12 * group)
                yield from range(first, last + 1)
            return
    raise ValueError("a font whose table of characters is of no known form")
