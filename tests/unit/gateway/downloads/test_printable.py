"""What the font has, as our reading of it says and as typst finds."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path

import pylopdf_fonts_jp
import pytest
import typst
from support.statement_files import KNOWN, a_statement, words_of

from gateway.downloads.document import month_document
from gateway.downloads.press import Press
from gateway.downloads.printable import MISSING, Characters
from messages.company import CompanyProfile


@pytest.fixture(scope="module")
def characters() -> Characters:
    return Characters(pylopdf_fonts_jp.sans_path())


def content_of(*names: str) -> str:
    lines = [("光", name, 10, 1) for name in names]
    return json.dumps(month_document(a_statement(lines), KNOWN, CompanyProfile()))


def test_whatever_the_font_is_said_to_have_typst_prints(characters: Characters) -> None:
    """PDF/UA-1 refuses a document in which a character cannot be seen: here is every one of them."""
    has = [chr(code) for code in range(sys.maxunicode + 1) if chr(code) in characters]
    assert len(has) > 16_000
    assert MISSING in has
    words = words_of(
        Press().typeset(content_of(*("".join(has[at : at + 90]) for at in range(0, len(has), 90))))
    )
    assert "は、この書面に印刷できない文字です" not in words
    assert words.count(MISSING) == 1


@pytest.mark.parametrize("sign", ["😀", "\ue000", "한", "ł", "\ufffd"])
def test_whatever_it_is_said_to_lack_typst_would_refuse(
    characters: Characters, sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard is needed: without it there is no document at all."""
    assert sign not in characters
    press = Press()
    assert press.typeset(content_of(sign))
    monkeypatch.setattr(Characters, "printable", lambda _, content: content)
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        press.typeset(content_of(sign))


def test_names_of_customers_and_companies_can_be_printed(characters: Characters) -> None:
    """CP932, in which the billing system writes, but for one sign of logic; and forms of a character."""
    cp932 = {
        bytes((first, second)).decode("cp932", errors="ignore")
        for first in (*range(0x81, 0xA0), *range(0xE0, 0xFD))
        for second in range(0x40, 0xFD)
    }
    single = {sign for text in cp932 for sign in text if unicodedata.category(sign) not in ("Co", "Cc")}
    assert len(single) > 7_000
    assert {sign for sign in single - {MISSING} if characters.printable(sign) == MISSING} == {"≒"}
    kept = "髙﨑①㈱ｱｲｳﾞ 𠮷 葛\U000e0100 か\u3099 ～－〜—"
    assert characters.printable(kept) == kept


def test_only_texts_are_read(characters: Characters) -> None:
    """Numbers, truths and nothing stay, at any depth."""
    given = {"a": [1, None, True, "x\ty", {"b": "😀"}]}
    assert characters.printable(given) == {"a": [1, None, True, "x y", {"b": MISSING}]}


@pytest.mark.parametrize(
    "damage", [lambda font: font.replace(b"cmap", b"xmap", 1), lambda font: font[:4] + b"\0\0"]
)
def test_a_font_without_a_table_of_characters_is_refused(tmp_path: Path, damage: object) -> None:
    """At once, and not as a font that lacks everything."""
    assert callable(damage)
    broken = tmp_path / "broken.otf"
    broken.write_bytes(damage(pylopdf_fonts_jp.sans_path().read_bytes()))
    with pytest.raises(ValueError, match="without a table"):
        Characters(broken)
