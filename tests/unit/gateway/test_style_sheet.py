"""What the style sheet promises by itself: contrasts, and rules for every way of looking at a page."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

import gateway

STATIC = Path(gateway.__file__).parent / "static"
STYLE = re.sub(r"/\*.*?\*/", "", (STATIC / "style.css").read_text(encoding="utf-8"), flags=re.DOTALL)
COLOUR = re.compile(r"(--[a-z-]+): (#[0-9a-f]{3}(?:[0-9a-f]{3})?);")
SCHEMES = ("light", "dark")


def colours(scheme: str) -> dict[str, str]:
    """The colours of a scheme, by name."""
    light, dark = STYLE.partition("prefers-color-scheme: dark")[::2]
    found = dict(COLOUR.findall(light))
    return found | dict(COLOUR.findall(dark.partition("}")[0])) if scheme == "dark" else found


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    digits = colour.removeprefix("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_is_counted_as_wcag_does() -> None:
    """Black on white, and the design system's own figure for blue-900."""
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#0017c1", "#ffffff") == pytest.approx(11.1, abs=0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *product(("--ink", "--gray", "--blue", "--red", "--green"), ("--paper", "--pale", "--blue-pale")),
        ("--on-blue", "--blue"),
        ("--on-blue", "--blue-dark"),
    ],
)
def test_every_text_can_be_read_on_every_ground(scheme: str, text: str, ground: str) -> None:
    """G9: 4.5:1."""
    used = colours(scheme)
    assert contrast(used[text], used[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_fields_and_the_focus_are_seen(scheme: str) -> None:
    """G9, G10: 3:1 for the line of a field and the focus, whose two rings differ."""
    used = colours(scheme)
    assert contrast(used["--line"], used["--paper"]) >= 3
    assert contrast(used["--outline"], used["--paper"]) >= 3
    assert contrast(used["--outline"], used["--ring"]) >= 3


@pytest.mark.parametrize(
    "looking",
    [
        "screen and (prefers-color-scheme: dark)",
        "(prefers-reduced-motion: reduce)",
        "(forced-colors: active)",
        "(scripting: enabled)",
        "print",
    ],
)
def test_every_way_of_looking_has_its_rules(looking: str) -> None:
    """G13."""
    assert f"@media {looking} {{" in STYLE


def test_nothing_comes_from_elsewhere_and_no_focus_is_hidden() -> None:
    """G13: no font, no address; G10: no outline is taken away without a word."""
    assert not re.search(r"url\(|@import|@font-face|outline: ?none", STYLE)


def test_letters_and_widths_grow_with_the_readers_own_size() -> None:
    """G11: px only for what is as thin as a line, the sign for screen readers, and the floor of a field."""
    assert set(re.findall(r"[0-9.]+px", STYLE)) <= {"1px", "2px", "48px"}


def test_the_notice_of_the_design_system_is_kept() -> None:
    """MIT asks for it."""
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    assert "Copyright (c) 2023 デジタル庁" in style
    assert "The above copyright notice and this permission notice shall be included" in style


def test_templates_have_no_style_and_no_script_of_their_own() -> None:
    """The policy would refuse them."""
    for template in (STATIC.parent / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r'\sstyle="|\son[a-z]+="|<style|<script(?! type="module" src=")', text), template
