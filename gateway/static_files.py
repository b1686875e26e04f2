"""The files of `static/`, read and packed once at the start."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from chassis.web.shared_content import SharedContent
from messages.colours import on_dark, on_light
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
    """Every file of `static/`, by its path in there, with the company's own logo if it has one, and its
    colours. Nothing else can be served (a fixed list only).
    """
    paths = [path for path in _FOLDER.rglob("*") if path.suffix in _CONTENT_TYPES]
    bodies = {path.relative_to(_FOLDER).as_posix(): path.read_bytes() for path in paths}
    if company.logo_svg:
        bodies["logo.svg"] = company.logo_svg.encode()
    usual = CompanyProfile()
    if (company.brand_colour, company.brand_colour_dark) != (usual.brand_colour, usual.brand_colour_dark):
        bodies["style.css"] = _coloured(bodies["style.css"].decode(), company).encode()
        bodies["logo.svg"] = bodies["logo.svg"].replace(
            usual.brand_colour.encode(), company.brand_colour.encode()
        )
    return {name: _packed(Path(name).suffix, body) for name, body in bodies.items()}


def _coloured(style: str, company: CompanyProfile) -> str:
    """The sheet declares each of these colours on two lines of their own: for light pages, then for dark
    ones. What is printed stays black. Raises ValueError if it does not.
    """
    light, dark = on_light(company.brand_colour), on_dark(company.brand_colour_dark)
    for name, of_scheme in (
        ("--blue", (light.main, dark.main)),
        ("--blue-dark", (light.hovered, dark.hovered)),
        ("--blue-pale", (light.pale, dark.pale)),
        ("--on-blue", (light.upon, dark.upon)),
    ):
        before, *after = re.split(rf"(?m)(?<=^ )( *{name}: )#[0-9a-f]+;[^\n]*", style)
        declared = zip(after[::2], of_scheme, after[1::2], strict=True)
        style = before + "".join(f"{start}{colour};{rest}" for start, colour, rest in declared)
    return style


def _packed(suffix: str, body: bytes) -> StaticFile:
    content = SharedContent(body, _CONTENT_TYPES[suffix], is_text=suffix in _TEXTS)
    return StaticFile(content, version=hashlib.sha256(body).hexdigest()[:12], size=_png_size(body))


def _png_size(body: bytes) -> tuple[int, int] | None:
    """By its first chunk, IHDR (ISO/IEC 15948, 11.2.2)."""
    if not body.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    return int.from_bytes(body[16:20]), int.from_bytes(body[20:24])
