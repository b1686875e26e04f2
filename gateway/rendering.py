"""Templates, and how values look in them, in each language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension

from chassis.web.form_tokens import FIELD as FORM_TOKEN
from gateway.company_as_spoken import company_as_spoken
from gateway.language import Language, in_english, original, said, speaking, spoken
from gateway.static_files import StaticFile
from gateway.texts.charges import NAMELESS, line_in_words, listed_span, newest_in_words, saved_span
from gateway.texts.fields import LABELS
from gateway.texts.figures import FIGURES
from gateway.texts.frame import FOOTER_LINKS, STEPS, TABS
from gateway.translated_templates import EnglishTemplates
from messages.company import CompanyProfile

_TEMPLATES = Path(__file__).parent / "templates"
# The switch of languages writes nothing that is a customer's, and stands on pages that all strangers share.
_FORM_THAT_WRITES = re.compile(r'<form\b(?![^>]*"/language")[^>]*\bmethod="post"[^>]*>', re.IGNORECASE)
_TOKEN_FIELD = f'<input type="hidden" name="{FORM_TOKEN}" value="{{{{ form_token }}}}">'
_LOADERS: Mapping[Language, Callable[[str], BaseLoader]] = {
    Language.JAPANESE: FileSystemLoader,
    Language.ENGLISH: lambda folder: EnglishTemplates(folder, in_english),
}
_OTHER_LANGUAGE = {
    Language.JAPANESE: (Language.ENGLISH.value, "English"),
    Language.ENGLISH: (Language.JAPANESE.value, "日本語"),
}


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
        self._static_files, self._company = static_files, company
        self._environments = {language: self._environment(language) for language in Language}

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """The page in the language that is spoken. `template` is its path below `templates/`."""
        return self._environments[spoken()].get_template(template).render(values)

    def _environment(self, language: Language) -> Environment:
        folder = str(_TEMPLATES)
        environment = Environment(
            loader=_LOADERS[language](folder),
            autoescape=True,
            extensions=[_TokenInEveryForm],
            undefined=StrictUndefined,
            auto_reload=False,  # else it looks at the files on every page
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {
            **FIGURES[language],
            "original": original,
            "datetime": instant_for_machines,
            "span": listed_span,
            "saved_span": saved_span,
            "newest_in_words": newest_in_words,
            "line_in_words": line_in_words,
        }
        with speaking(language):
            environment.globals |= self._known_to_every_page()
        return environment

    def _known_to_every_page(self) -> dict[str, object]:
        files, company = self._static_files, self._company
        return {
            "language": spoken().value,
            "other_language": _OTHER_LANGUAGE[spoken()],
            "company": company_as_spoken(company),
            "company_in_mails": company,
            "labels": {field: said(label) for field, label in LABELS.items()},
            "tabs": [(address, said(name)) for address, name in TABS],
            "footer_links": [(address, said(name)) for address, name in FOOTER_LINKS],
            "steps": [said(step) for step in STEPS],
            "nameless": said(NAMELESS),
            "static": {name: f"/static/{name}?v={file.version}" for name, file in files.items()},
            "picture_sizes": _picture_sizes(files) if _is_pictured(company) else {},
        }
