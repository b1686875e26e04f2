"""What a bounce says of a mail, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from messages.mail_failure import MailFailure
from services.notification.delivery.relay_answers import RelayAnswer, Stage
from services.notification.orders.domain import MailKind

_ENHANCED = re.compile(r"(?<![0-9.])[245]\.[0-7]\.[0-9]{1,3}(?![0-9.])")
_REPLY_CODE = re.compile(r"(?<![0-9.])\b[45][0-9]{2}\b(?![0-9.])")
_PASSES = re.compile(r"full|quota|exceed|storage|spam|block|polic|容量|いっぱい|満杯", re.IGNORECASE)
# RFC 3463: the domain that nobody can be found for, as Postfix and Exchange say it. A relay that answers so
# at RCPT may mean itself; one that has tried for us means the address.
_NO_SUCH_DOMAIN = frozenset({"5.4.4", "5.4.310"})
_UNSAID = frozenset({"5.0.0", "4.0.0"})  # "undefined status": the text says more, or nobody does


@dataclass(frozen=True)
class Failure:
    """What a bounce gives as its reason: the fields of RFC 3464, or the words of one without fields.

    `is_over`: the mail will not be tried any more.
    """

    status: str
    diagnostic: str
    is_over: bool = True

    @property
    def in_numbers(self) -> str:
        """What may be shown and logged: `550 5.1.1`. The words may hold an address."""
        return " ".join(filter(None, (self._code, self._enhanced)))

    @property
    def is_about_the_mailbox(self) -> bool:
        """Whether no mail will ever reach this address. A full mailbox, a refusal of us or a relay that was
        away for days passes.
        """
        if not self.is_over:
            return False
        if self._enhanced in _NO_SUCH_DOMAIN:
            return True
        if self._enhanced is None and self._code is None:
            return self.status == "5.0.0" and not _PASSES.search(self.diagnostic)
        text = self.diagnostic if self._enhanced is None else self._enhanced
        return RelayAnswer(Stage.RCPT, int(self._code or "550"), text).is_final

    @property
    def reason(self) -> MailFailure:
        """What the customer is told who waits for the mail."""
        words = self.diagnostic if self._enhanced is None else self._enhanced
        if self._enhanced is None and self._code is None and not _PASSES.search(words):
            return MailFailure.CAME_BACK
        return RelayAnswer(Stage.RCPT, int(self._code or "550"), words).failure or MailFailure.CAME_BACK

    @property
    def _enhanced(self) -> str | None:
        found = _ENHANCED.findall(f"{self.diagnostic} {self.status}")
        return next((code for code in found if code not in _UNSAID), None)

    @property
    def _code(self) -> str | None:
        found = _REPLY_CODE.search(self.diagnostic)
        return found[0] if found else None


@dataclass(frozen=True)
class Bounce:
    """A message that says that one of `mail_keys` did not arrive: the most telling first. `fingerprint` is
    the same whenever the same message is read.
    """

    mail_keys: tuple[UUID, ...]
    fingerprint: str
    failure: Failure


@dataclass(frozen=True)
class BouncedMail:
    """The mail that came back. `account_key`: whose it was; None for one of a registration, which then has
    `registration_key`.
    """

    mail_key: UUID
    kind: MailKind
    account_key: UUID | None
    registration_key: UUID | None
    left_at: datetime | None


class Outcome(StrEnum):
    """What became of a bounce."""

    MARKED = "marked"  # the address is known not to work
    REGISTRATION_TOLD = "registration_told"  # it does not, and a registration waits for this mail
    COUNTED = "counted"  # this mail did not arrive, another may
    KNOWN = "known"  # the same message was taken before
    UNKNOWN_MAIL = "unknown_mail"  # names no mail of ours: forged, or older than we remember


def outcome_of(bounce: Bounce, mail: BouncedMail) -> Outcome:
    """What a bounce comes to that was never taken before."""
    if not bounce.failure.is_about_the_mailbox:
        return Outcome.COUNTED
    return Outcome.MARKED if mail.account_key else Outcome.REGISTRATION_TOLD
