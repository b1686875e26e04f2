"""Every Japanese sentence that a page may say, from where it is written: templates and texts."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway import texts
from gateway.language import JAPANESE_TEXT
from gateway.translated_templates import messages_of

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "gateway" / "templates"
FILES_ARE_JAPANESE = "downloads"
"""The module of texts that are printed and exported; `figures` has its own words for each language."""
_NOT_SENTENCES = (FILES_ARE_JAPANESE, "figures")


def every_sentence() -> dict[str, list[str]]:
    """Each once, in order, with the files that say it."""
    found: dict[str, list[str]] = {}
    for place, sentence in (*_of_templates(), *_of_texts()):
        places = found.setdefault(sentence, [])
        if place not in places:
            places.append(place)
    return found


def _of_templates() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        for message in messages_of(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), message


def _of_texts() -> Iterator[tuple[str, str]]:
    for module in pkgutil.iter_modules(texts.__path__):
        if module.name not in _NOT_SENTENCES:
            place = f"gateway/texts/{module.name}.py"
            named = importlib.import_module(f"gateway.texts.{module.name}")
            values = [value for name, value in vars(named).items() if not name.startswith("__")]
            yield from ((place, sentence) for sentence in _within(values))
            tree = ast.parse((ROOT / place).read_text(encoding="utf-8"))
            yield from ((place, sentence) for sentence in _in_functions(tree))
    tree = ast.parse((ROOT / "gateway/texts/__init__.py").read_text(encoding="utf-8"))
    yield from (("gateway/texts/__init__.py", sentence) for sentence in _in_functions(tree))


def _within(value: Any) -> Iterator[str]:
    """As a module has them once it is loaded: sentences that were put together are whole."""
    if isinstance(value, str) and JAPANESE_TEXT.search(value):
        yield str(value)
    elif isinstance(value, Mapping):
        yield from _within(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _within(each)


def _in_functions(tree: ast.Module) -> Iterator[str]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            prose = {id(each.value) for each in ast.walk(function) if isinstance(each, ast.Expr)}
            for each in ast.walk(function):
                if isinstance(each, ast.Constant) and id(each) not in prose:
                    yield from _within(each.value)
