"""Which answers of a relay are about the recipient, and so for good. All others are about us, the relay or
the moment, and pass (RFC 5321, RFC 3463).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_ENHANCED = re.compile(r"(?:^|[^0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
_OF_A_RECIPIENT = frozenset(
    {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.9", "5.1.10", "5.2.1"}
)
_CODES_OF_A_RECIPIENT = frozenset({501, 550, 551, 553})
_ABOUT_US = re.compile(
    r"relay|denied|prohibit|polic|spam|junk|black|block|list|reputation|auth|permi[ts]|not allowed|sender"
    r"|helo|ehlo|spf|dkim|dmarc|rate|too many|tls|client|virus|content|quota|full|storage|temporar|later",
    re.IGNORECASE,
)


class Stage(StrEnum):
    """At which of our words the relay said no."""

    CONNECT = "connect"  # greeting, EHLO, STARTTLS, AUTH
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


@dataclass(frozen=True)
class RelayAnswer:
    """A reply of the relay: its code, and its text, which stays here as it may hold an address."""

    stage: Stage
    code: int
    text: str

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code in it, such as `5.1.1`."""
        found = _ENHANCED.search(self.text)
        return found[1] if found else None

    @property
    def in_numbers(self) -> str:
        """What a log may hold: `rcpt 554 5.7.1`."""
        return " ".join(filter(None, (self.stage.value, str(self.code), self.enhanced)))

    @property
    def is_final(self) -> bool:
        """Whether this recipient will never get a mail. Without an enhanced code only what RCPT is answered
        with counts, and only where the text blames nobody else: `550 relay not permitted` is about us.
        """
        if not 500 <= self.code < 600 or self.stage in (Stage.CONNECT, Stage.MAIL):
            return False
        if self.enhanced is not None:
            return self.enhanced in _OF_A_RECIPIENT
        return (
            self.stage is Stage.RCPT
            and self.code in _CODES_OF_A_RECIPIENT
            and not _ABOUT_US.search(self.text)
        )
