"""The catalogue of screens is whole, and each screen is what its name says."""

from __future__ import annotations

import re

import pytest
from pages.catalogue import SCREENS
from pages.gallery import Gallery

from gateway.routes import ROUTES
from gateway.texts.errors import ERRORS

WITHOUT_A_SCREEN = {
    ("GET", "/robots.txt"): "a text for machines",
    ("GET", "/.well-known/security.txt"): "a text for machines (tests/unit/gateway/well_known)",
    ("GET", "/.well-known/change-password"): "leads on (tests/unit/gateway/well_known)",
    ("POST", "/api/session"): "JSON for the page's own script (tests/component/gateway)",
    ("POST", "/api/account-id"): "JSON for the page's own script (tests/component/gateway)",
    (
        "POST",
        "/login/again",
    ): "leads on from a page that lasts seconds (tests/journeys/test_log_in_right_after.py)",
}
TOO_LONG_FOR_A_DOCUMENT = {"charges_of_six_digits": 422}
"""The page behind its link to a PDF of the year says so."""
FROM_INSIDE = {500, 408, 422}
"""What no visitor can bring about on a portal that works, or not within a test: tests/unit/gateway."""


def test_every_screen_is_reached(gallery: Gallery) -> None:
    """By its visit, with its status."""
    assert gallery.missed == {}
    assert gallery.shots.keys() == SCREENS.keys()


def test_every_route_is_visited(gallery: Gallery) -> None:
    """A route that no entry of the catalogue asks for has screens that nobody looks at."""
    unseen = [
        (route.method, route.path)
        for route in ROUTES
        if not any(
            method == route.method and re.fullmatch(re.sub(r"{\w+(:\.\+)?}", ".+", route.path), path)
            for method, path in gallery.asked
        )
    ]
    assert set(unseen) - WITHOUT_A_SCREEN.keys() == set(), "enter a screen in tests/pages/catalogue"


def test_every_kind_of_error_page_is_shown(gallery: Gallery) -> None:
    """E1: each status that has texts of its own."""
    shown = {shot.status for shot in gallery.shots.values()}
    assert set(ERRORS) - shown <= FROM_INSIDE


def test_what_can_be_saved_is_a_file_of_its_kind(gallery: Gallery) -> None:
    """B8: what stands in them, tests/journeys/test_downloads.py reads."""
    kinds = {"pdf": ("application/pdf", b"%PDF-"), "csv": ("text/csv; charset=utf-8", b"\xef\xbb\xbf")}
    for path, document in gallery.documents.items():
        kind, beginning = kinds[path.rpartition(".")[2]]
        assert document.headers["content-type"] == kind
        assert document.headers["content-disposition"].startswith("attachment;")
        assert document.body.startswith(beginning)


@pytest.mark.parametrize("name", SCREENS)
def test_every_link_of_every_page_opens(gallery: Gallery, name: str) -> None:
    """The same visitor may follow each link by GET, of error pages too. Only while a part is away
    may a page be 503 yet again, and who has to wait may come too early.
    """
    status = SCREENS[name].status
    expected = {200, status if status in (429, 503) else TOO_LONG_FOR_A_DOCUMENT.get(name)}
    links = gallery.shots[name].links
    assert links
    assert {link: status for link, status in links.items() if status not in expected} == {}
