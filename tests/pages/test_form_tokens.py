"""Every form of every screen carries the token of its browser (X31)."""

from __future__ import annotations

import re

import pytest
from pages.catalogue import SCREENS
from pages.forms import Form, forms_of
from pages.gallery import Gallery

from gateway.language_switch.pages import SWITCH_ROUTE


def forms_with_a_token(page: str) -> list[Form]:
    """All but the switch of languages, which stands on pages that all strangers share."""
    return [form for form in forms_of(page) if form.action != SWITCH_ROUTE]


@pytest.mark.parametrize("name", SCREENS)
def test_every_form_is_sent_by_post_with_a_token(gallery: Gallery, name: str) -> None:
    """Found on the page, not in its template; no address carries it."""
    page = gallery.shots[name]
    for form in forms_with_a_token(page.html):
        assert form.method == "post"
        assert re.fullmatch(r"[\w-]{43}([.][\w-]{22})?", form.values["form_token"])
        assert form.values["form_token"] not in page.url


def test_there_are_forms_to_look_at(gallery: Gallery) -> None:
    """Of strangers and of customers; two browsers never share a token."""
    tokens = {
        name: {form.values["form_token"] for form in forms_with_a_token(shot.html)}
        for name, shot in gallery.shots.items()
    }
    assert {name for name in ("log_in", "step_1", "menu", "settings") if tokens[name]} == {
        "log_in",
        "step_1",
        "menu",
        "settings",
    }
    assert all(len(found) <= 1 for found in tokens.values())
