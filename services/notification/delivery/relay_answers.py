"""Which answers of a relay are about the recipient, and so for good. All others are about us, the relay or
the moment, and pass (RFC 5321, RFC 3463). And what his customer is told of an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from messages.mail_failure import MailFailure

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
_OUR_SIDE = re.compile(
    r"relay|\bauth|helo|ehlo|starttls|rcpthosts|hostname|too many|later|temporar", re.IGNORECASE
)
_FULL = re.compile(r"quota|full\b|exceeded storage|storage allocation|容量|いっぱい|満杯", re.IGNORECASE)
_BY_POLICY = re.compile(r"polic|spam|junk|block|filter|reputation|spf|dkim|dmarc|virus", re.IGNORECASE)
_NO_ADDRESS = re.compile(
    r"rout(?:e|ing)|malformed|syntax|characters|local part|host or domain|domain name", re.IGNORECASE
)
# By the enhanced code without its class; a prefix ends with a dot.
_CLASSES = {
    ".2.2": MailFailure.MAILBOX_FULL,
    ".1.2": MailFailure.UNDELIVERABLE_ADDRESS,
    ".1.3": MailFailure.UNDELIVERABLE_ADDRESS,
    ".1.4": MailFailure.UNDELIVERABLE_ADDRESS,
    ".1.9": MailFailure.UNDELIVERABLE_ADDRESS,
    ".4.4": MailFailure.UNDELIVERABLE_ADDRESS,
    ".4.310": MailFailure.UNDELIVERABLE_ADDRESS,
    ".3.4": MailFailure.REFUSED_BY_POLICY,
    ".6.": MailFailure.REFUSED_BY_POLICY,
    ".7.": MailFailure.REFUSED_BY_POLICY,
    ".1.0": MailFailure.NO_SUCH_MAILBOX,
    ".1.1": MailFailure.NO_SUCH_MAILBOX,
    ".1.6": MailFailure.NO_SUCH_MAILBOX,
    ".1.10": MailFailure.NO_SUCH_MAILBOX,
    ".2.1": MailFailure.NO_SUCH_MAILBOX,
}
_NULL_MX = 556  # RFC 7504
_FULL_CODE = 552
_SYNTAX_CODES = frozenset({501, 553})


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

    @property
    def failure(self) -> MailFailure | None:
        """The class of reason that the recipient's customer is told; None where it is our side or the moment,
        or nobody knows.
        """
        if self.stage in (Stage.CONNECT, Stage.MAIL):
            return None
        if self.code == _NULL_MX:
            return MailFailure.UNDELIVERABLE_ADDRESS
        return self._by_enhanced_code() if self.enhanced else self._by_words()

    def _by_enhanced_code(self) -> MailFailure | None:
        code = (self.enhanced or "").lstrip("245")
        found = next((told for key, told in _CLASSES.items() if _is_or_begins_with(code, key)), None)
        if found is MailFailure.REFUSED_BY_POLICY and (self.code < 500 or self._is_our_side()):
            return None
        return found

    def _by_words(self) -> MailFailure | None:
        if self.code == _FULL_CODE or _FULL.search(self.text):
            return MailFailure.MAILBOX_FULL
        if self.code < 500 or self._is_our_side():
            return None
        if _BY_POLICY.search(self.text):
            return MailFailure.REFUSED_BY_POLICY
        if self.code in _SYNTAX_CODES or _NO_ADDRESS.search(self.text):
            return MailFailure.UNDELIVERABLE_ADDRESS
        return MailFailure.NO_SUCH_MAILBOX if self.is_final else None

    def _is_our_side(self) -> bool:
        return _OUR_SIDE.search(self.text) is not None


def _is_or_begins_with(code: str, key: str) -> bool:
    return code.startswith(key) if key.endswith(".") else code == key
