"""The files of `static/`, read once at the start."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class StaticFile:
    """One file of `static/`. `version` changes with its content."""

    body: bytes
    content_type: str
    version: str


def load_static_files() -> dict[str, StaticFile]:
    """Every file of `static/`, by name. Nothing else can be served (a fixed list only)."""
    paths = [path for path in _FOLDER.iterdir() if path.suffix in _CONTENT_TYPES]
    return {path.name: _load(path) for path in paths}


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the header names gzip, and not with the quality 0 (RFC 9110, 12.5.3)."""
    for coding in accept_encoding.lower().split(","):
        name, *parameters = (part.strip() for part in coding.split(";"))
        if name == "gzip":
            return not any(re.fullmatch(r"q\s*=\s*0([.]0*)?", parameter) for parameter in parameters)
    return False


def _load(path: Path) -> StaticFile:
    body = path.read_bytes()
    return StaticFile(body, _CONTENT_TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:12])
