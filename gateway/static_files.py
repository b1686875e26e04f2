"""The files of `static/`, read and packed once at the start."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from chassis.web.shared_content import SharedContent

_FOLDER = Path(__file__).parent / "static"
_CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class StaticFile:
    """One file of `static/`. `version` changes with its content."""

    content: SharedContent
    version: str


def load_static_files() -> dict[str, StaticFile]:
    """Every file of `static/`, by name. Nothing else can be served (a fixed list only)."""
    paths = [path for path in _FOLDER.iterdir() if path.suffix in _CONTENT_TYPES]
    return {path.name: _load(path) for path in paths}


def _load(path: Path) -> StaticFile:
    body = path.read_bytes()
    content = SharedContent(body, _CONTENT_TYPES[path.suffix])
    return StaticFile(content, version=hashlib.sha256(body).hexdigest()[:12])
