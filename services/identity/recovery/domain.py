"""The rules of recovery: how long a link lives, what kills it, and what the page then says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from chassis.messaging.refusal import Refusal
from messages.recovery import RefusalCode
from messages.values import CustomerNumber, EmailAddress, InvalidValue
from services.identity.accounts.domain import Account

Found = TypeVar("Found")

LINK_LIFETIME = timedelta(minutes=30)
MAIL_IN_TIME = timedelta(minutes=20)  # a mail that leaves later than this has too little of its link left
ANSWERED_AGAIN_FOR = timedelta(minutes=10)  # to the browser that did it, whose first answer may be lost
RESETS_KEPT = timedelta(days=7)  # so that an old link can say why it is dead
IDS_IN_A_LETTER = 20  # more accounts than that have no address in common


def customer_number_in(typed: str) -> CustomerNumber | None:
    """The customer number that may have been typed where an account ID is as good."""
    try:
        return CustomerNumber.parse(typed)
    except InvalidValue:
        return None


@dataclass(frozen=True)
class Recoverable(Account):
    """An account, and the numbers of its contract: the customer's and his telephones'."""

    numbers: tuple[str, ...] = field(kw_only=True, repr=False)

    @property
    def own_words(self) -> frozenset[str]:
        """Those that a new password must not hold."""
        return self.words_with(self.numbers)


@dataclass(frozen=True)
class PasswordReset:
    """A link that was sent. `account` is None once it was closed. `sent_to` is a name of the address: when
    the account has another one, somebody else may read the old one's mails.
    """

    account: Recoverable | None
    asked_at: datetime
    newest_asked_at: datetime
    sent_to: str
    ended_at: datetime | None = None
    used_by: str | None = field(default=None, repr=False)

    def require_live(self, now: datetime, name_of: Callable[[EmailAddress], str]) -> Recoverable:
        """The account whose password it may change. Raises the refusal that the dead link deserves: where a
        newer mail helps, that comes first (X20). `name_of` gives an address the name that was kept.
        """
        is_newest = self.newest_asked_at <= self.asked_at
        if not is_newest and self.ended_at is None and _is_young(self.newest_asked_at, now):
            raise Refusal(RefusalCode.RESET_SUPERSEDED)
        if self.ended_at is not None:
            raise Refusal(RefusalCode.RESET_USED)
        if not is_newest or not _is_young(self.asked_at, now):
            raise Refusal(RefusalCode.RESET_EXPIRED)
        account = self.account
        if account is None or account.is_frozen or name_of(account.email_address) != self.sent_to:
            raise Refusal(RefusalCode.RESET_EXPIRED)
        return account

    def was_used_by(self, browser_token_hash: str, now: datetime) -> bool:
        """True if that browser changed the password by it a moment ago."""
        is_fresh = self.ended_at is not None and now < self.ended_at + ANSWERED_AGAIN_FOR
        return is_fresh and self.used_by == browser_token_hash


def _is_young(asked_at: datetime, now: datetime) -> bool:
    return now <= asked_at + LINK_LIFETIME


def require_known(found: Found | None) -> Found:
    """What is known of the link that was opened. Raises RESET_UNKNOWN if there is none."""
    if found is None:
        raise Refusal(RefusalCode.RESET_UNKNOWN)
    return found
