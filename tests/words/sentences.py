"""Every Japanese text that the portal says, from where it is written: texts, templates and mails."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "gateway" / "texts"
TEMPLATES = (ROOT / "gateway" / "templates", ROOT / "services" / "notification" / "templates")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
_JINJA = re.compile(r"{#.*?#}|{%.*?%}", re.DOTALL)
_LITERAL = re.compile(r'"([^"{}]+)"')
_VALUE = re.compile(r"{{.*?}}", re.DOTALL)
_VALUE_AND_ROOM = re.compile(r"[ \u3000]?(?:{{.*?}}|\0)[ \u3000]?", re.DOTALL)  # the room is layout
_UNSAID = re.compile(r'<span aria-hidden="true">[^<]*</span>')
_JOINED = re.compile(r'"\s*~[^"~]+~\s*"')
_SAID_BY_ATTRIBUTES = re.compile(r'(?:alt|title|aria-label|data-[a-z-]*text)="([^"]+)"')
_INLINE = re.compile(r"</?(?:a|b|code|em|output|small|span|strong|time)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_A_VALUE = "10"
"""What a value of the template is read as."""


def every_text() -> dict[str, str]:
    """Each text once, and the file that says it first."""
    found: dict[str, str] = {}
    for path, text in (*_of_modules(), *_of_templates()):
        if _JAPANESE.search(text):
            found.setdefault(text, str(path.relative_to(ROOT)))
    return found


def sentences_of(text: str) -> list[str]:
    """One by one, as far as full stops tell; what is quoted is not taken apart."""
    return [part.strip() for part in re.findall(r"(?:「[^」]*」|[^。\n])+。?", text) if part.strip()]


def _of_modules() -> Iterator[tuple[Path, str]]:
    for path in sorted(TEXTS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        parts = {
            id(part) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr) for part in each.values
        }
        for each in ast.walk(tree):
            if (
                isinstance(each, ast.Constant)
                and isinstance(each.value, str)
                and id(each) not in prose | parts
            ):
                yield path, each.value
            elif isinstance(each, ast.JoinedStr):
                yield path, _VALUE_AND_ROOM.sub(_A_VALUE, "".join(_part(part) for part in each.values))


def _part(part: ast.expr) -> str:
    """Capitals name a whole sentence, which is looked at by itself; anything else is a value."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = part.value if isinstance(part, ast.FormattedValue) else part
    return "" if isinstance(value, ast.Name) and value.id.isupper() else "\0"


def _of_templates() -> Iterator[tuple[Path, str]]:
    for folder in TEMPLATES:
        for path in sorted((*folder.rglob("*.html"), *folder.rglob("*.txt"))):
            for text in texts_of_template(path.read_text(encoding="utf-8")):
                yield path, text


def texts_of_template(source: str) -> list[str]:
    """What stands in it: block by block, attributes that are read out, and words within Jinja's own signs."""
    source = re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)
    source = _JOINED.sub(_A_VALUE, source)
    jinja = "".join(_JINJA.findall(source) + _VALUE.findall(source))
    found = [text for text in _LITERAL.findall(jinja) if "<" not in text]
    plain = _VALUE_AND_ROOM.sub(_A_VALUE, _INLINE.sub("", _UNSAID.sub("", _JINJA.sub("", source))))
    found += _SAID_BY_ATTRIBUTES.findall(_VALUE.sub(_A_VALUE, _JINJA.sub("", source)))
    found += [unescape(line) for line in _TAG.sub("\n", plain).split("\n")]
    return [text.strip() for text in found if text.strip()]
