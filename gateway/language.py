"""In which language a page speaks. Japanese is written in templates and texts; an English sentence is looked
up by the Japanese one, in english.po (ADR 0057).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path

import polib
from markupsafe import Markup, escape

CATALOGUE = Path(__file__).parent / "english.po"
JAPANESE_TEXT = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef※●⇒]")


class Language(StrEnum):
    """As HTML's `lang` names it."""

    JAPANESE = "ja"
    ENGLISH = "en"


_spoken: ContextVar[Language] = ContextVar("spoken", default=Language.JAPANESE)


def spoken() -> Language:
    """The language of the request that is being answered."""
    return _spoken.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Inside, what this task says is in that language."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def english_sentences() -> Mapping[str, str]:
    """The English of each Japanese sentence. What nobody has looked over yet (fuzzy) is none."""
    entries = polib.pofile(str(CATALOGUE), encoding="utf-8")
    return {entry.msgid: entry.msgstr for entry in entries.translated_entries()}


def in_english(text: str) -> str:
    """The Japanese sentence in English; itself where there is no English one, which a test does not allow."""
    return english_sentences().get(text, text)


def said(text: str, **values: object) -> str:
    """The sentence, written in Japanese, in the language that is spoken. `{name}` in it are the values; with
    one that is HTML (see `original`) the whole is.
    """
    words = in_english(text) if spoken() is Language.ENGLISH else text
    if not values:
        return words
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(words).format(**values)
    return words.format(**values)


def original(text: str) -> str:
    """What is not ours to translate: a name, an item of a bill. Between English words it is marked as
    Japanese, so that it is read aloud right (WCAG 3.1.2).
    """
    if spoken() is Language.ENGLISH and JAPANESE_TEXT.search(text):
        return Markup('<span lang="ja">{}</span>').format(text)
    return text
