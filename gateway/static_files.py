"""The files of `static/`, read and packed once at the start."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from chassis.web.shared_content import SharedContent
from messages.company import CompanyProfile

_FOLDER = Path(__file__).parent / "static"
_TEXTS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_CONTENT_TYPES = {**_TEXTS, ".png": "image/png"}


@dataclass(frozen=True)
class StaticFile:
    """One file of `static/`. `version` changes with its content; `size` is a PNG's, width and height in
    pixels.
    """

    content: SharedContent
    version: str
    size: tuple[int, int] | None


def load_static_files(company: CompanyProfile) -> dict[str, StaticFile]:
    """Every file of `static/`, by its path in there, with the company's own logo if it has one. Nothing else
    can be served (a fixed list only).
    """
    paths = [path for path in _FOLDER.rglob("*") if path.suffix in _CONTENT_TYPES]
    bodies = {path.relative_to(_FOLDER).as_posix(): path.read_bytes() for path in paths}
    if company.logo_svg:
        bodies["logo.svg"] = company.logo_svg.encode()
    return {name: _packed(Path(name).suffix, body) for name, body in bodies.items()}


def _packed(suffix: str, body: bytes) -> StaticFile:
    content = SharedContent(body, _CONTENT_TYPES[suffix], is_text=suffix in _TEXTS)
    return StaticFile(content, version=hashlib.sha256(body).hexdigest()[:12], size=_png_size(body))


def _png_size(body: bytes) -> tuple[int, int] | None:
    """By its first chunk, IHDR (ISO/IEC 15948, 11.2.2)."""
    if not body.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    return int.from_bytes(body[16:20]), int.from_bytes(body[20:24])
