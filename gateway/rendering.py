"""Templates and static files: how values look in Japanese, and where a file is found."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway import texts
from messages.values import BillingMonth

_HERE = Path(__file__).parent
_JST = timezone(timedelta(hours=9), "JST")
_WEEKDAYS = "月火水木金土日"
_CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class StaticFile:
    """One file of `static/`, read at the start. `version` changes with its content."""

    body: bytes
    content_type: str
    version: str


def load_static_files() -> dict[str, StaticFile]:
    """Every file of `static/`, by name. Nothing else can be served (a fixed list only)."""
    bodies = {
        path.name: path.read_bytes() for path in (_HERE / "static").iterdir() if path.suffix in _CONTENT_TYPES
    }
    return {
        name: StaticFile(body, _CONTENT_TYPES[Path(name).suffix], hashlib.sha256(body).hexdigest()[:12])
        for name, body in bodies.items()
    }


def yen(amount: int) -> str:
    """12345 is 12,345円."""
    return f"{amount:,}円"


def month_in_words(month: BillingMonth) -> str:
    """2026年10月 (G20)."""
    return f"{month.year}年{month.month}月"


def instant_in_words(instant: datetime) -> str:
    """2026年11月24日（火） 10時25分, Japanese time; seconds are cut off, so a deadline never reads later than
    it is (S5-4).
    """
    local = instant.astimezone(_JST)
    return f"{local.year}年{local.month}月{local.day}日（{_WEEKDAYS[local.weekday()]}） {local.hour}時{local.minute:02}分"


class Renderer:
    """SendSlots a template and its values into HTML. Everything is escaped; a value that is missing is an
    error.
    """

    def __init__(self, static_files: Mapping[str, StaticFile]) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "yen": yen,
            "month": month_in_words,
            "instant": instant_in_words,
            "span": texts.listed_span,
        }
        self._environment.globals |= {
            "site": texts.SITE,
            "company": texts.COMPANY,
            "labels": texts.LABELS,
            "static": {name: f"/static/{name}?v={file.version}" for name, file in static_files.items()},
        }

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """The page."""
        return self._environment.get_template(template).render(values)
