"""A company's colour, and those that follow from it on a light and on a dark page. All are #rrggbb."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

READABLE = 4.5
"""Contrast of text with its ground (WCAG 2.2, 1.4.3)."""
_WHITE, _BLACK, _DARK_PAPER = "#ffffff", "#000000", "#1a1a1a"
_LIGHT_GROUNDS, _DARK_GROUNDS = (_WHITE, "#f2f2f2"), (_DARK_PAPER, "#333333")


@dataclass(frozen=True)
class Palette:
    """`main` of links and buttons, `hovered` of a button that is pointed at, `pale` of grounds, and `upon`
    for what is written on the first two.
    """

    main: str
    hovered: str
    pale: str
    upon: str


def on_light(colour: str) -> Palette:
    """On white paper."""
    return Palette(colour, _mixed(colour, _BLACK, 0.75), _mixed(colour, _WHITE, 0.08), _WHITE)


def on_dark(colour: str) -> Palette:
    """On dark paper."""
    return Palette(
        colour, _mixed(colour, _WHITE, 0.6), _mixed(colour, _DARK_PAPER, 0.12), _mixed(colour, _BLACK, 0.1)
    )


def readable_on_light(colour: str) -> str:
    """The colour in small letters, if it can be read on white and pale paper; else raises ValueError."""
    return _readable(colour, "white", _LIGHT_GROUNDS)


def readable_on_dark(colour: str) -> str:
    """The colour in small letters, if it can be read on dark paper; else raises ValueError."""
    return _readable(colour, "dark", _DARK_GROUNDS)


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _readable(colour: str, paper: str, grounds: Sequence[str]) -> str:
    if not re.fullmatch("#[0-9A-Fa-f]{6}", colour):
        raise ValueError("must be a colour like #0017c1: # and six hexadecimal digits")
    colour = colour.lower()
    palette = on_light(colour) if paper == "white" else on_dark(colour)
    worst = min((*grounds, palette.pale), key=lambda ground: contrast(colour, ground))
    found = contrast(colour, worst)
    if found < READABLE:
        way = "darker" if paper == "white" else "lighter"
        raise ValueError(
            f"cannot be read on a {paper} page: contrast {found:.2f} with {worst}, needs {READABLE}; "
            f"choose a {way} colour"
        )
    return colour


def _mixed(colour: str, other: str, share: float) -> str:
    """So much of the first, the rest of the other."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in pairs)


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = (part / 255 for part in _parts(colour))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
