"""Templates, and how values look in Japanese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension

from chassis.web.form_tokens import FIELD as FORM_TOKEN
from gateway.static_files import StaticFile
from gateway.texts.charges import NAMELESS, line_in_words, listed_span, newest_in_words
from gateway.texts.fields import LABELS
from gateway.texts.frame import FOOTER_LINKS, STEPS, TABS
from messages.company import CompanyProfile
from messages.japan import JAPAN
from messages.values import BillingMonth

_TEMPLATES = Path(__file__).parent / "templates"
_FORM_THAT_WRITES = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>', re.IGNORECASE)
_TOKEN_FIELD = f'<input type="hidden" name="{FORM_TOKEN}" value="{{{{ form_token }}}}">'
_WEEKDAYS = "月火水木金土日"


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
    local = instant.astimezone(JAPAN)
    day = f"{local.year}年{local.month}月{local.day}日（{_WEEKDAYS[local.weekday()]}）"
    return f"{day} {local.hour}時{local.minute:02}分"


def instant_for_machines(instant: datetime) -> str:
    """2026-11-24T01:25:00+00:00: HTML's <time> takes no microseconds."""
    return instant.isoformat(timespec="seconds")


def _picture_sizes(static_files: Mapping[str, StaticFile]) -> dict[str, tuple[int, int]]:
    return {name: file.size for name, file in static_files.items() if file.size}


def _is_pictured(company: CompanyProfile) -> bool:
    """The guide's pictures show the portal of the company that we build for, and no other company's."""
    usual = CompanyProfile()
    return (company.service_name, company.mail_domain) == (usual.service_name, usual.mail_domain)


class _TokenInEveryForm(Extension):
    """Writes the form token into each form that is sent by POST: no template has to remember it (X31)."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template with the tokens."""
        return _FORM_THAT_WRITES.sub(lambda form: form[0] + _TOKEN_FIELD, source)


class Renderer:
    """Turns a template and its values into HTML. Everything is escaped; a value that is missing is an
    error.
    """

    def __init__(self, static_files: Mapping[str, StaticFile], company: CompanyProfile) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            extensions=[_TokenInEveryForm],
            undefined=StrictUndefined,
            auto_reload=False,  # else it looks at the files on every page
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "yen": yen,
            "month": month_in_words,
            "instant": instant_in_words,
            "datetime": instant_for_machines,
            "span": listed_span,
            "newest_in_words": newest_in_words,
            "line_in_words": line_in_words,
        }
        self._environment.globals |= {
            "company": company,
            "labels": LABELS,
            "tabs": TABS,
            "footer_links": FOOTER_LINKS,
            "steps": STEPS,
            "nameless": NAMELESS,
            "static": {name: f"/static/{name}?v={file.version}" for name, file in static_files.items()},
            "picture_sizes": _picture_sizes(static_files) if _is_pictured(company) else {},
        }

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """The page. `template` is its path below `templates/`."""
        return self._environment.get_template(template).render(values)
