"""When a mail is tried, tried again and given up, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from messages.account_settings import LinkMail
from messages.japan import JAPAN
from messages.mail_failure import MailFailure
from messages.recovery import RecoveryLetter
from messages.registration import ACTIVATION_WINDOW, MailOrder
from messages.values import BillingMonth
from services.notification.orders.domain import BillMail, MailContent, MailKind, Order

LEASE = timedelta(seconds=15)  # a mail whose sender died is taken up again after this
LEASE_RENEWED_EVERY = timedelta(seconds=5)  # while its sender lives (ADR 0014)
RETRY_AFTER = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), *(timedelta(hours=1),) * 6)


class MailEnd(StrEnum):
    """What became of a mail, for good."""

    SENT = "sent"
    ABANDONED = "abandoned"


@dataclass(frozen=True)
class Trouble:
    """Why a mail did not leave: `numbers` of the relay's answer, or a class of fault, for an operator;
    `failure` for the customer who waits for it. `may_have_left`: the relay had it and was not heard to
    refuse it.
    """

    numbers: str = ""
    failure: MailFailure = MailFailure.NOT_SENT_IN_TIME
    may_have_left: bool = False


OUT_OF_TIME = Trouble()


@dataclass(frozen=True)
class Mail:
    """A mail that somebody holds a lease on.

    `claimed_at` is told by the database's clock: what the mail promises must not hang on this machine's
    (Q14). `taken_over`: from a sender that died in the act, so the relay may have the mail already.
    `possibly_sent_at`: the latest moment at which it may have got it without anybody hearing of that.
    """

    mail_key: UUID
    order: Order
    attempts: int
    claimed_at: datetime
    taken_over: bool = False
    possibly_sent_at: datetime | None = None

    def left_at(self, moment: datetime) -> datetime:
        """Since when its link is in use if it left at `moment`: no copy of it promised an earlier end."""
        return max(moment, self.possibly_sent_at or moment)


@dataclass(frozen=True)
class UnsentMail:
    """A mail that was ordered and has not left; `about_key` says whose it is, `seconds` how long it has
    waited by now, `trouble` why it has not left: numbers of the relay's answer, or a class of fault.
    """

    mail_key: UUID
    about_key: UUID
    kind: MailKind
    since: datetime
    seconds: float
    attempts: int
    trouble: str = ""
    is_abandoned: bool = False


def next_attempt(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when it is time to give up (about six and a half
    hours).
    """
    return RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None


def is_hopeless(mail: Mail, now: datetime) -> bool:
    """Whether to give up before trying: every attempt is used up, or its order is too old to be worth
    sending.
    """
    not_after = mail.order.facts.get("not_after")
    return mail.attempts > len(RETRY_AFTER) + 1 or (
        not_after is not None and now > datetime.fromisoformat(not_after)
    )


def promised_deadline(attempted_at: datetime) -> datetime:
    """The deadline that the mail prints: never later than the true one, as the relay accepts after the
    attempt begins (Q13).
    """
    return (attempted_at + ACTIVATION_WINDOW).astimezone(JAPAN).replace(second=0, microsecond=0)


def in_words(instant: datetime) -> str:
    """2026年11月24日（火）10時25分, Japanese time (T1 of the mails)."""
    local = instant.astimezone(JAPAN)
    weekday = "月火水木金土日"[local.weekday()]
    return f"{local.year}年{local.month}月{local.day}日（{weekday}）{local.hour}時{local.minute:02d}分"


def template_values(mail: Mail, content: MailContent, public_url: str) -> dict[str, str]:
    """What the mail's template is filled with; links begin with `public_url`. A mail with a `stop_url` can be
    stopped there (RFC 8058).
    """
    if isinstance(content, MailOrder):
        return {
            "activation_url": f"{public_url}/activate/{content.activation_token}",
            "deadline": in_words(promised_deadline(mail.claimed_at)),
        }
    if isinstance(content, BillMail):
        return _of_bill(content, BillingMonth.parse(mail.order.facts["billing_month"]), public_url)
    if isinstance(content, LinkMail):
        return _of_link(mail.order, content, public_url)
    if isinstance(content, RecoveryLetter):
        return _of_letter(content, public_url)
    values = {
        "nickname": str(content.nickname),
        "account_id": str(content.account_id),
        "login_url": f"{public_url}/login",
        "sessions_url": f"{public_url}/settings/sessions",
    }
    for instant in ("closes_at", "happened_at"):
        if instant in mail.order.facts:
            values[instant] = in_words(datetime.fromisoformat(mail.order.facts[instant]))
    for words in ("change", "device"):
        if words in mail.order.facts:
            values[words] = mail.order.facts[words]
    return values


_LINKS = {MailKind.ADDRESS_CHANGE: "settings/address", MailKind.ADDRESS_CHANGED: "address-undo"}


def _of_link(order: Order, content: LinkMail, public_url: str) -> dict[str, str]:
    return {
        "nickname": str(content.recipient.nickname),
        "link_url": f"{public_url}/{_LINKS[order.kind]}/{content.link_token}",
        "works_until": in_words(datetime.fromisoformat(order.facts["works_until"])),
    }


def _of_letter(letter: RecoveryLetter, public_url: str) -> dict[str, str]:
    """The end of the link is printed to the minute that is full before it: never later than the true one."""
    ends_at = letter.link_ends_at
    return {
        "nickname": str(letter.nickname or ""),
        "account_ids": "\n".join(letter.account_ids),
        "reset_url": f"{public_url}/reset/{letter.reset_token}",
        "deadline": in_words(ends_at) if ends_at else "",
        "login_url": f"{public_url}/login",
    }


def _of_bill(content: BillMail, month: BillingMonth, public_url: str) -> dict[str, str]:
    amount = content.bill.amount_yen
    return {
        "nickname": str(content.recipient.nickname),
        "month": f"{month.year}年{month.month}月",
        "amount": "" if amount is None else f"{amount:,}円",
        "statement_url": f"{public_url}/charges/{month}",
        "settings_url": f"{public_url}/settings",
        "stop_url": f"{public_url}/stop/{content.bill.stop_token}",
    }
