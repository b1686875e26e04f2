"""The files of `static/`, read and packed once at the start."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from chassis.web.shared_content import SharedContent

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


def load_static_files() -> dict[str, StaticFile]:
    """Every file of `static/`, by its path in there. Nothing else can be served (a fixed list only)."""
    paths = [path for path in _FOLDER.rglob("*") if path.suffix in _CONTENT_TYPES]
    return {path.relative_to(_FOLDER).as_posix(): _load(path) for path in paths}


def _load(path: Path) -> StaticFile:
    body = path.read_bytes()
    content = SharedContent(body, _CONTENT_TYPES[path.suffix], is_text=path.suffix in _TEXTS)
    return StaticFile(content, version=hashlib.sha256(body).hexdigest()[:12], size=_png_size(body))


def _png_size(body: bytes) -> tuple[int, int] | None:
    """By its first chunk, IHDR (ISO/IEC 15948, 11.2.2)."""
    if not body.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    return int.from_bytes(body[16:20]), int.from_bytes(body[20:24])
