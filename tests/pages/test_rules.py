"""The rules of docs/requirements.md that stand in a page's own text, on every screen."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest
from pages.catalogue import SCREENS
from pages.gallery import Gallery
from pages.markup import Element, read_markup
from pages.visitor import Shot

SERVICE = "あいコムこうか マイページ"
TITLE = re.compile(rf"(エラー：)?(.+?)(（[1-6]/6）)?｜{SERVICE}")
BANNED = ("不正", "無効な値", "禁止", "お手数ですが", "下さい")
ALIKE = ("/guide", "/terms", "/privacy", "/external-transmission", "/accessibility")
ERAS = re.compile("明治|大正|昭和|平成|令和")


@pytest.fixture(params=SCREENS)
def shot(request: pytest.FixtureRequest, gallery: Gallery) -> Shot:
    """Each screen."""
    return gallery.shots[request.param]


@pytest.fixture
def page(shot: Shot) -> Element:
    """Its markup."""
    return read_markup(shot.html)


def main_of(page: Element) -> Element:
    """The one `<main>`."""
    (found,) = page.every("main")
    return found


def titles_of(page: Element) -> list[Element]:
    """Its own; a picture within it has one, too."""
    (head,) = page.every("head")
    return list(head.every("title"))


def test_the_frame_of_every_page(page: Element) -> None:
    """G1: language, one h1, the landmarks, and 「本文へ移動」 first of all that can be reached."""
    (html,) = page.every("html")
    assert html["lang"] == "ja"
    for tag in ("h1", "main", "header", "footer"):
        assert len(list(page.every(tag))) == 1, tag
    first = next(page.every("a", "button", "input"))
    assert (first.text, first["href"]) == ("本文へ移動", "#main")
    assert main_of(page)["tabindex"] == "-1"


def test_the_title_of_every_page(page: Element) -> None:
    """G2: the heading, the step where there is one, and 「エラー：」 after a form that failed."""
    (title,), (heading,) = titles_of(page), page.every("h1")
    found = TITLE.fullmatch(title.text)
    assert found
    assert found[2] == heading.text
    assert bool(found[1]) == (page.by_id("error-summary") is not None)


def test_pages_of_different_addresses_have_different_titles(gallery: Gallery) -> None:
    """G2: whoever has several open finds the right one."""
    paths = defaultdict(set)
    for shot in gallery.shots.values():
        if shot.status == 200:
            (title,) = titles_of(read_markup(shot.html))
            paths[title.text].add(urlsplit(shot.url).path)
    assert {title: found for title, found in paths.items() if len(found) > 1} == {}


def test_a_form_that_failed_says_so_first(shot: Shot, page: Element) -> None:
    """G3: the summary stands before the heading, and can take the focus; the password is gone."""
    summary = page.by_id("error-summary")
    if summary is None:
        assert (shot.method, shot.status) != ("POST", 422), "a form that failed has a summary"
        return
    assert shot.status in (403, 422, 429, 503)
    assert next(main_of(page).every()) is summary
    assert (summary["role"], summary["tabindex"]) == ("alert", "-1")
    assert next(summary.every("h2")).text == "入力内容を確認してください"
    assert not any(each["value"] for each in page.every("input") if each["type"] == "password")


def group_of(page: Element, field: Element) -> Element:
    """The choices of one kind together, which no state marks as wrong; else the field itself."""
    groups = (each for each in page.every("fieldset") if field in each.every("input"))
    return next(groups, field)


def test_each_entry_of_the_summary_leads_to_its_field(page: Element) -> None:
    """G4, G5: with the text that stands beside the field, which names it as wrong."""
    summary = page.by_id("error-summary")
    wrong = []
    for link in summary.every("a") if summary else ():
        if not link["href"].startswith("#"):
            continue
        field = page.by_id(link["href"].removeprefix("#"))
        assert field
        beside = page.by_id(f"{field['id']}-error")
        assert beside
        assert beside.text == f"エラー：{link.text}"
        named = group_of(page, field)
        assert named["aria-describedby"].split()[0] == beside["id"]
        if named is field:
            wrong.append(field)
    assert [each for each in page.every() if each["aria-invalid"] == "true"] == wrong


def test_nothing_is_checked_before_it_is_sent(page: Element) -> None:
    """G6."""
    for form in page.every("form"):
        fields = [each for each in form.every("input") if each["type"] != "hidden"]
        assert not fields or "novalidate" in form.attributes
    for field in page.every("input", "button", "textarea", "select"):
        assert not field.attributes.keys() & {"required", "maxlength", "placeholder", "disabled", "onpaste"}
        assert field["type"] != "number"


def test_every_field_has_a_label_that_says_whether_it_must_be_filled(page: Element) -> None:
    """G7: by words, above the field, without a colon."""
    labels = {each["for"]: each for each in page.every("label")}
    for field in page.every("input"):
        if field["type"] in ("text", "password", "email") and field["aria-hidden"] != "true":
            label = labels[field["id"]]
            assert "必須" in label.text
            assert not label.text.rstrip().endswith((":", "："))


def test_words_that_blame_or_forbid_do_not_occur(page: Element) -> None:
    """G8; G20: and no year of an era."""
    (body,) = page.every("body")
    assert [word for word in BANNED if word in body.text] == []
    assert not ERAS.search(body.text)


def test_times_can_be_read_by_machines(page: Element) -> None:
    """G20."""
    for time in page.every("time"):
        assert re.fullmatch(r"\d{4}-\d{2}(-\d{2})?(T\d{2}:\d{2}:\d{2}[+]\d{2}:\d{2})?", time["datetime"])


def test_help_stands_in_the_same_place_on_every_page(page: Element) -> None:
    """G16, T26, E1: in the footer, with the number to call."""
    (footer,) = page.every("footer")
    assert any(link["href"] == "tel:0748-66-0739" for link in footer.every("a"))
    assert any(link["href"] == "/guide" for link in footer.every("a"))
    for words in ("〒528-0211", "FAX 0748-66-0792", "Copyright © aicom-koka. Co. Ltd. All Rights Reserved."):
        assert words in re.sub(r"\s+", " ", footer.text)


def test_what_is_called_alike_leads_to_the_same_place(page: Element) -> None:
    """B2, 2.4.4: links of one page with one name have one address."""
    places = defaultdict(set)
    for link in main_of(page).every("a"):
        places[re.sub(r"\s+", "", link.text)].add(link["href"])
    assert {name: found for name, found in places.items() if len(found) > 1 or not name} == {}


def test_tables_are_plain_tables(page: Element) -> None:
    """B1, B3: a caption, headers with a scope, no roles."""
    for table in page.every("table"):
        assert len(list(table.every("caption"))) == 1
        assert all(each["scope"] for each in table.every("th"))
        assert not table["role"]
        assert not [each for each in table.every() if each["role"]]


def test_who_must_wait_is_told_how_long(shot: Shot, page: Element) -> None:
    """E2; E1: a fault names the reference id that the log has."""
    if shot.status in (429, 503):
        assert int(shot.headers["retry-after"]) > 0
    if shot.status == 503 and page.by_id("error-summary") is None:
        assert "受付番号" in main_of(page).text


def test_no_page_is_kept_or_indexed(shot: Shot) -> None:
    """X35: nobody's page is stored but a stranger's guide and policies; X36: nothing runs but our own script;
    E3.
    """
    assert urlsplit(shot.url).path in ALIKE or "no-store" in shot.headers["cache-control"]
    assert "noindex" in shot.headers["x-robots-tag"]
    assert "default-src 'none'" in shot.headers["content-security-policy"]


def test_the_style_sheet_serves_everybody(gallery: Gallery) -> None:
    """G10, G11, G13: rules for paper, forced colours and reduced motion; no web font, no hidden focus, text
    that grows with the reader's.
    """
    (sheet,) = [
        file.body.decode() for path, file in gallery.files.items() if PurePosixPath(path).suffix[:4] == ".css"
    ]
    for rule in ("@media print", "forced-colors", "prefers-reduced-motion"):
        assert rule in sheet
    for sign in ("@font-face", "@import", "url(http", "outline: none"):
        assert sign not in sheet
    assert re.findall(r"font-size:\s*[\d.]+px", sheet) == []
