"""The templates in English. Nothing is marked in them: each piece of Japanese is found where it stands, and
its English is looked up by its very words (ADR 0057).

A message is what stands between two tags that begin a line of their own (or two statements), with the links,
emphasis and values within; or a Japanese attribute; or a Japanese string in an expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from jinja2 import Environment, FileSystemLoader

from gateway.language import JAPANESE_TEXT

Translate: TypeAlias = Callable[[str], str]

_EXPRESSION, _STATEMENT, _COMMENT = r"\{\{.*?\}\}", r"\{%.*?%\}", r"\{#.*?#\}"
_JINJA = rf"{_EXPRESSION}|{_STATEMENT}"
_TAG = rf'</?[a-zA-Z](?:{_JINJA}|"(?:{_JINJA}|[^"])*"|[^>"])*>'
_PIECES = re.compile(rf"({_COMMENT}|{_STATEMENT}|{_EXPRESSION}|{_TAG})", re.DOTALL)
_ATTRIBUTE = re.compile(r'(?<=\s)([\w-]+)="([^"{]*)"')
_IN_JINJA = re.compile(_JINJA, re.DOTALL)
_STRING = re.compile(r'"([^"\\]*)"|\'([^\'\\]*)\'')
_TAG_NAME = re.compile(r"</?([a-zA-Z0-9]+)")
_WITHIN_A_LINE = {"a", "br", "code", "em", "span", "strong", "time", "wbr"}
_VOID = {"br", "wbr"}


class EnglishTemplates(FileSystemLoader):
    """Loads the templates with everything that `translate` knows in English."""

    def __init__(self, folder: str, translate: Translate) -> None:
        super().__init__(folder)
        self._translate = translate

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """As the loader's own."""
        source, file, is_current = super().get_source(environment, template)
        return translated(source, self._translate), file, is_current


def messages_of(source: str) -> list[str]:
    """Every message of a template, in order."""
    found: list[str] = []

    def note(message: str) -> str:
        found.append(message)
        return message

    translated(source, note)
    return found


def translated(source: str, translate: Translate) -> str:
    """The template with each of its messages as `translate` has it."""
    return "".join(_lines(_PIECES.split(source), translate))


def _lines(pieces: list[str], translate: Translate) -> Iterator[str]:
    line: list[str] = []
    for piece in pieces:
        if _ends_line(piece):
            yield _line(line, translate)
            yield _alone(piece, translate)
            line = []
        elif piece:
            line.append(piece)
    yield _line(line, translate)


def _ends_line(piece: str) -> bool:
    if name := _TAG_NAME.match(piece):
        return name[1] not in _WITHIN_A_LINE
    has_words_of_its_own = piece.startswith("{{") and JAPANESE_TEXT.search(piece)
    return bool(has_words_of_its_own) or piece.startswith(("{%", "{#"))


def _line(line: list[str], translate: Translate) -> str:
    """What stands round the message is no part of it: spaces, and tags whose other half lies outside or
    which hold all of it.
    """
    first, last = 0, len(line)
    while (inner := _without_ends(line, first, last)) != (first, last):
        first, last = inner
    message = line[first:last]
    if not any(JAPANESE_TEXT.search(piece) for piece in message if not piece.startswith(("{{", "<"))):
        return "".join(_alone(piece, translate) for piece in line)
    before, after = (
        "".join(_alone(piece, translate) for piece in part) for part in (line[:first], line[last:])
    )
    text = "".join(message)
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return before + lead + translate(" ".join(text.split())) + trail + after


def _without_ends(line: list[str], first: int, last: int) -> tuple[int, int]:
    """The bounds with one piece, or one pair, less; as they are if nothing is left to take off."""
    if first >= last:
        return first, last
    if _is_bare(line[first]):
        return first + 1, last
    if _is_bare(line[last - 1]):
        return first, last - 1
    halves = _other_halves(line[first:last])
    if line[first].startswith("<") and halves[0] in (None, last - first - 1):
        return first + 1, last - (halves[0] is not None)
    if line[last - 1].startswith("<") and halves[-1] is None:
        return first, last - 1
    return first, last


def _is_bare(piece: str) -> bool:
    name = _TAG_NAME.match(piece)
    return not piece.strip() or (name is not None and name[1] in _VOID)


def _other_halves(line: list[str]) -> list[int | None]:
    """For each tag the place of the one that closes or opens it; None where that is not in the line."""
    halves: list[int | None] = [None] * len(line)
    open_tags: list[tuple[str, int]] = []
    for at, piece in enumerate(line):
        name = _TAG_NAME.match(piece)
        if name is None or name[1] in _VOID:
            continue
        if not piece.startswith("</"):
            open_tags.append((name[1], at))
        elif open_tags and open_tags[-1][0] == name[1]:
            opened = open_tags.pop()[1]
            halves[opened], halves[at] = at, opened
    return halves


def _alone(piece: str, translate: Translate) -> str:
    """A piece that is no part of a message by itself: strings in what it computes, and its attributes."""
    if piece.startswith(("{{", "{%")):
        return _STRING.sub(lambda found: _string(found, translate), piece)
    if not piece.startswith("<"):
        return piece
    with_attributes = _ATTRIBUTE.sub(lambda found: _attribute(found, translate), piece)
    return _IN_JINJA.sub(lambda found: _alone(found[0], translate), with_attributes)


def _string(found: re.Match[str], translate: Translate) -> str:
    text = found[1] if found[1] is not None else found[2]
    if not JAPANESE_TEXT.search(text):
        return found[0]
    escaped = translate(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _attribute(found: re.Match[str], translate: Translate) -> str:
    if not JAPANESE_TEXT.search(found[2]):
        return found[0]
    escaped = translate(found[2]).replace('"', "&quot;")
    return f'{found[1]}="{escaped}"'
