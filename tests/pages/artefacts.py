"""What a judge leaves open, and we have looked at: each with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Artefact:
    """A finding of `judge` that `pattern` fits is none, for that reason."""

    judge: str
    pattern: str
    reason: str


ARTEFACTS = (
    # IBM's POTENTIAL and MANUAL are questions to a human. These are answered; another one is a finding.
    Artefact(
        "ibm", r"^style_color_misuse .*<link", "colour is never alone: prefix and border (G5), tested below"
    ),
    Artefact(
        "ibm", r"^style_highcontrast_visible .*<link", "the style sheet has rules for forced colours (G13)"
    ),
    Artefact("ibm", r"^style_focus_visible ", "every focus has the ring of G10, tested in test_layout.py"),
    Artefact(
        "ibm", r'^element_tabbable_visible .*class="skip"', "it shows itself when it has the focus (G1)"
    ),
    Artefact("ibm", r"^a_target_warning .*/login", "the manual's own words say 別ウィンドウ beside it (T2)"),
    Artefact("ibm", r"^text_block_heading .*<p[ >]", "a short sentence of its own, which heads nothing"),
    Artefact("ibm", r"^text_block_heading .*<br>", "the second line of a column's head, which is one"),
    Artefact("ibm", r"^style_viewport_resizable .*<link", "text of 200 % is tested on every screen (G11)"),
    Artefact(
        "ibm", r"^download_keyboard_controllable .*<a ", "a plain link: the browser saves what it leads to"
    ),
    Artefact("ibm", r"^input_fields_grouped ", "one form asks for one thing; its heading is the page's h1"),
    Artefact("ibm", r"^list_structure_proper .*<dl", "<div> may group <dt> and <dd> (HTML 4.4.9)"),
    Artefact(
        "ibm, under a dialog",
        r"^element_tabbable_unobscured ",
        "what a modal dialog covers cannot take the focus (tested in test_dialogs.py)",
    ),
    Artefact(
        "code sniffer",
        r'H43\.HeadersRequired: <table class="lines"',
        "scope says which cells a head is of, also of a group of rows (H63)",
    ),
    Artefact("html-validate", r"^tel-non-breaking", "a number is kept in one line by the style sheet"),
)


def without_artefacts(judge: str, findings: list[str]) -> list[str]:
    """What is left to be mended."""
    patterns = [each.pattern for each in ARTEFACTS if each.judge == judge]
    return [each for each in findings if not any(re.search(pattern, each) for pattern in patterns)]
