"""When a mail is tried, tried again and given up, and what date it may promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

ACTIVATION_WINDOW = timedelta(hours=24)  # 使い方 5): 仮登録メール送信から 24 時間以内
LEASE = timedelta(seconds=15)  # a mail whose sender died is taken up again after this
LEASE_RENEWED_EVERY = timedelta(seconds=5)  # while its sender lives (ADR 0014)
RETRY_AFTER = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), *(timedelta(hours=1),) * 6)
ORDER_STANDS = timedelta(
    hours=8
)  # a link that leaves later than this after 仮登録 would soon be dead: registration's cap
JST = ZoneInfo("Asia/Tokyo")


class MailKind(StrEnum):
    """Which mail; also the name of its template folder."""

    ACTIVATION = "activation"
    COMPLETED = "completed"
    CONTRACT_PROVED = "contract_proved"
    CLOSING_SOON = "closing_soon"


@dataclass(frozen=True)
class Mail:
    """A mail that somebody holds a lease on. `sealed_content` is JSON that only this service can open."""

    mail_key: UUID
    kind: MailKind
    about_key: UUID
    sealed_content: str
    facts: dict[str, str]
    attempts: int
    claimed_at: (
        datetime  # by the database's clock: what the mail promises must not hang on this machine's (Q14)
    )
    taken_over: bool = False  # from a sender that died in the act: the relay may have the mail already


def next_attempt(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when it is time to give up (about six and a half
    hours).
    """
    return RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None


def is_hopeless(mail: Mail, now: datetime) -> bool:
    """Whether to give up before trying: every attempt is used up, or its order is too old to be worth
    sending.
    """
    not_after = mail.facts.get("not_after")
    return mail.attempts > len(RETRY_AFTER) + 1 or (
        not_after is not None and now > datetime.fromisoformat(not_after)
    )


def promised_deadline(attempted_at: datetime) -> datetime:
    """The deadline that the mail prints: never later than the true one, as the relay accepts after the
    attempt begins (Q13).
    """
    return (attempted_at + ACTIVATION_WINDOW).astimezone(JST).replace(second=0, microsecond=0)


def in_words(instant: datetime) -> str:
    """2026年11月24日 10時25分, Japanese time."""
    local = instant.astimezone(JST)
    return f"{local.year}年{local.month}月{local.day}日 {local.hour}時{local.minute:02d}分"
