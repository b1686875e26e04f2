"""Every form of every screen carries the token of its browser (X31)."""

from __future__ import annotations

import pytest
from pages.catalogue import SCREENS
from pages.forms import forms_of
from pages.gallery import Gallery


@pytest.mark.parametrize("name", SCREENS)
def test_every_form_is_sent_by_post_with_a_token(gallery: Gallery, name: str) -> None:
    """Found on the page, not in its template; no address carries it."""
    page = gallery.shots[name]
    for form in forms_of(page.html):
        assert form.method == "post"
        assert len(form.values["form_token"]) == 43
        assert form.values["form_token"] not in page.url


def test_there_are_forms_to_look_at(gallery: Gallery) -> None:
    """Of strangers and of customers; two browsers never share a token."""
    tokens = {
        name: {form.values["form_token"] for form in forms_of(shot.html)}
        for name, shot in gallery.shots.items()
    }
    assert {name for name in ("log_in", "step_1", "menu", "settings") if tokens[name]} == {
        "log_in",
        "step_1",
        "menu",
        "settings",
    }
    assert all(len(found) <= 1 for found in tokens.values())
