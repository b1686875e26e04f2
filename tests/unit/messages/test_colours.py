"""A company's colour is readable wherever it stands, or ends the start."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from chassis.process.settings import SettingsError, load
from messages.colours import contrast, on_dark, on_light, readable_on_dark, readable_on_light
from messages.company import CompanyProfile
from mypage.settings import CompanySettings

STEPS = ("00", "1f", "4d", "80", "a6", "c4", "e8", "ff")
COLOURS = ["#" + "".join(parts) for parts in product(STEPS, repeat=3)]
LIGHT_INKS = ("#1a1a1a", "#4d4d4d", "#ce0000", "#115a36")
DARK_INKS = ("#ffffff", "#cccccc", "#ff9696", "#9bd4b5")
NO_COLOURS = ("green", "#063", "", "#00623a;", "#00623a\n", "#００６２３ａ")


def test_the_contrast_is_counted_as_wcag_does() -> None:
    """Black on white, and the design system's own figure for blue-900."""
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#0017c1", "#ffffff") == pytest.approx(11.1, abs=0.05)


def test_whatever_is_taken_can_be_read_wherever_it_stands() -> None:
    """G9: on paper, beside its own shades, and what the sheet writes on them; half a thousand colours."""
    taken = 0
    for colour in COLOURS:
        for readable, palette, grounds, inks in (
            (readable_on_light, on_light, ("#ffffff", "#f2f2f2"), LIGHT_INKS),
            (readable_on_dark, on_dark, ("#1a1a1a", "#333333"), DARK_INKS),
        ):
            try:
                used = palette(readable(colour))
            except ValueError:
                continue
            taken += 1
            assert all(contrast(used.main, ground) >= 4.5 for ground in (*grounds, used.pale)), colour
            assert all(contrast(used.upon, ground) >= 4.5 for ground in (used.main, used.hovered)), colour
            assert all(contrast(ink, used.pale) >= 4.5 for ink in inks), colour
    assert taken > 200


@pytest.mark.parametrize(
    ("readable", "colour", "told"),
    [
        (readable_on_light, "#9bd4b5", r"on a white page: contrast 1\.\d+ .*choose a darker colour"),
        (readable_on_light, "#777777", r"on a white page: contrast [34]\.\d+ with #\w{6}, needs 4\.5"),
        (readable_on_dark, "#00623a", r"on a dark page: contrast 1\.\d+ .*choose a lighter colour"),
        (readable_on_light, "#ffffff", "contrast"),
        (readable_on_dark, "#1a1a1a", "contrast"),
        *((readable_on_light, wrong, "# and six hexadecimal digits") for wrong in NO_COLOURS),
        *((readable_on_dark, wrong, "# and six hexadecimal digits") for wrong in NO_COLOURS),
    ],
)
def test_what_cannot_be_read_or_is_no_colour_is_refused_with_the_way_out(
    readable: Callable[[str], str], colour: str, told: str
) -> None:
    """Also what would end its declaration in the style sheet."""
    with pytest.raises(ValueError, match=told):
        readable(colour)


def test_the_start_ends_with_the_variable_and_its_contrast(monkeypatch: pytest.MonkeyPatch) -> None:
    """At each that reads the profile."""
    monkeypatch.setenv("MYPAGE_COMPANY__BRAND_COLOUR", "#ffd43d")
    with pytest.raises(SettingsError) as wrong:
        load(CompanySettings)
    [problem] = wrong.value.problems
    assert problem.startswith("MYPAGE_COMPANY__BRAND_COLOUR: ")
    assert "cannot be read on a white page: contrast 1." in problem


@pytest.mark.parametrize("url", ["https://www.example.jp/", "https://example.jp:8443/a?b=c&d=%E5%85%89#e"])
def test_a_service_links_to_a_page(url: str) -> None:
    """By the very name of the statement."""
    company = CompanyProfile.model_validate({"service_links": {"光": url}})
    assert company.link_of("光") == url
    assert company.link_of("光 ") is None
    assert hash(company) != hash(CompanyProfile())


@pytest.mark.parametrize(
    "url",
    [
        "http://www.example.jp/",
        "javascript:alert(1)",
        "//www.example.jp/",
        "https:///a",
        "https://",
        "https://user:secret@example.jp/",
        "https://example.jp:x/",
        "https://example.jp/a b",
        'https://example.jp/"onclick="x',
        "https://example.jp/<b>",
        "https://例え.jp/",
        "https://example.jp/\n",
        " https://example.jp/",
        "https://[::1/",
        "",
    ],
)
def test_what_is_no_page_of_https_is_refused(url: str) -> None:
    """Before a browser could be sent there."""
    with pytest.raises(ValueError, match="must be a page like https://www"):
        CompanyProfile.model_validate({"service_links": {"光": url}})
