"""The process that makes PDF files: `python -m gateway.downloads.press`, which the gateway starts when
somebody asks for one, and ends when nobody does (ADR 0053).

On standard input and output, each with its length before it (4 bytes, the highest first): a document's
content as JSON, and its PDF; a length of 0 if it could not be made.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO, Any

import pylopdf_fonts_jp
import typst

from gateway.downloads.printable import MISSING, Characters

LENGTH = 4  # bytes
_TEMPLATE = Path(__file__).parent / "statements.typ"
_BEHIND_THE_PAGES = 5  # niceness


class Press:
    """Typst with the one font, and no other: a paper looks the same on every machine."""

    def __init__(self) -> None:
        font = pylopdf_fonts_jp.sans_path()
        self._characters = Characters(font)
        self._compiler = typst.Compiler(
            _TEMPLATE,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[font.parent]
            ),
            ignore_system_fonts=True,
        )

    def typeset(self, content: str) -> bytes:
        """A tagged PDF after PDF/UA-1. The content is data: nothing of it is read as Typst. Raises
        typst.TypstError, also rather than leave out a character.
        """
        given = json.loads(content)
        printed = self._characters.printable(given)
        printed["has_unprintable"] = _marks(printed) > _marks(given)
        pdf = self._compiler.compile(
            format="pdf", pdf_standards=["ua-1"], sys_inputs={"content": json.dumps(printed)}
        )
        if not isinstance(pdf, bytes):
            raise TypeError("several files, where one was asked for")
        return pdf


def _marks(content: Any) -> int:
    return json.dumps(content, ensure_ascii=False).count(MISSING)


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Makes one document after the other, until `asked` ends."""
    press = Press()
    while length := asked.read(LENGTH):
        content = asked.read(int.from_bytes(length)).decode()
        try:
            pdf = press.typeset(content)
        except typst.TypstError:
            pdf = b""  # what typst says of it may quote the customer's data
        answers.write(len(pdf).to_bytes(LENGTH) + pdf)
        answers.flush()


if __name__ == "__main__":
    os.nice(_BEHIND_THE_PAGES)
    serve(sys.stdin.buffer, sys.stdout.buffer)
