"""What a client said to a mail server, read off the bytes: no library that could read past something in them
has seen them before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_END = b"\r\n.\r\n"
_DATA = b"DATA\r\n"


@dataclass(frozen=True)
class OverheardMail:
    """One mail: the lines before its DATA, without EHLO and what else comes once a connection, and itself."""

    commands: list[bytes]
    head: bytes
    body: bytes

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Name and value of each, in the order in which they stand; a folded one is one line again."""
        lines = re.sub(rb"\r\n(?=[ \t])", b"", self.head).split(b"\r\n")
        pairs = [line.decode("ascii").partition(":") for line in lines]
        return [(name, value.strip()) for name, _, value in pairs]

    def header(self, name: str) -> list[str]:
        """The values of every header of that name, in whatever case it is written."""
        return [value for each, value in self.headers if each.lower() == name.lower()]


def overheard(wire: bytes) -> list[OverheardMail]:
    """The mails that one connection carried."""
    mails, said = [], bytes(wire)
    while _DATA in said:
        before, _, said = said.partition(_DATA)
        message, _, said = said.partition(_END)
        head, _, body = message.partition(b"\r\n\r\n")
        commands = [line for line in before.split(b"\r\n") if line and not line.startswith(b"EHLO")]
        mails.append(OverheardMail(commands, head, body))
    return mails
