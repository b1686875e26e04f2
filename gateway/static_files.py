"""The files of `static/`, read and packed once at the start."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from chassis.web.shared_content import SharedContent
from messages.company import CompanyProfile

_FOLDER = Path(__file__).parent / "static"
_CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class StaticFile:
    """One file of `static/`. `version` changes with its content."""

    content: SharedContent
    version: str


def load_static_files(company: CompanyProfile) -> dict[str, StaticFile]:
    """Every file of `static/`, by name, with the company's own logo if it has one. Nothing else can be served
    (a fixed list only).
    """
    paths = [path for path in _FOLDER.iterdir() if path.suffix in _CONTENT_TYPES]
    bodies = {path.name: path.read_bytes() for path in paths}
    if company.logo_svg:
        bodies["logo.svg"] = company.logo_svg.encode()
    return {name: _packed(name, body) for name, body in bodies.items()}


def _packed(name: str, body: bytes) -> StaticFile:
    content = SharedContent(body, _CONTENT_TYPES[Path(name).suffix])
    return StaticFile(content, version=hashlib.sha256(body).hexdigest()[:12])
