"""The messages of a mailbox, one after the other and none changed: of an mbox, a Maildir, a file with one
message, or standard input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

LARGEST = 200_000  # bytes: a bounce of one of our mails is a fifth of that
_CHUNK = 65_536
_LONGEST_FROM_LINE = 400
# As the mbox formats begin a message: `From sender Tue Nov 24 01:25:00 2026`, after an empty line.
_FROM_LINE = re.compile(rb"From \S.*? [A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{1,2}:\d\d(:\d\d)?\b.*\d{4}")


class NoMailbox(ValueError):
    """A folder that is no Maildir."""


def messages_in(place: Path) -> Iterator[bytes | None]:
    """Each message; None for one that is larger than LARGEST. Raises NoMailbox and OSError."""
    if not place.is_dir():
        with place.open("rb") as file:
            yield from messages_of(file)
        return
    folders = [place / name for name in ("cur", "new")]
    if not all(folder.is_dir() for folder in folders):
        raise NoMailbox
    for path in sorted((file for folder in folders for file in folder.iterdir()), key=lambda file: file.name):
        with path.open("rb") as file:
            message = file.read(LARGEST + 1)
        yield message if len(message) <= LARGEST else None


def messages_of(stream: BinaryIO) -> Iterator[bytes | None]:
    """Those of an mbox; without a line of its own before it, all is one message. Never more than one is in
    memory.
    """
    message: bytearray | None = bytearray()
    is_begun, line_begins, after_empty = False, True, True
    while line := stream.readline(_CHUNK):
        is_empty = line_begins and not line.strip()
        if not is_begun and is_empty:
            continue
        if line_begins and after_empty and _FROM_LINE.match(line[:_LONGEST_FROM_LINE]):
            if is_begun:
                yield None if message is None else bytes(message)
            message = bytearray()
        elif message is not None:
            message += line
            message = message if len(message) <= LARGEST else None
        is_begun, line_begins, after_empty = True, line.endswith(b"\n"), is_empty
    if is_begun:
        yield None if message is None else bytes(message)
