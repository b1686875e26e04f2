"""What is told of each message of the bounces' mailbox: numbers, keys and names of mails, no address."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mypage.returned_mail.mailbox import LARGEST
from mypage.returned_mail.reading import NoBounce
from services.notification.bounces.domain import Outcome
from services.notification.orders.domain import MailKind

TOO_LARGE = "too_large"
BROKEN = frozenset({NoBounce.UNREADABLE.value, TOO_LARGE})
"""Outcomes of messages that could not be read: the command ends with 1."""

_SENTENCES = {
    Outcome.MARKED.value: "届かないアドレスとして記録しました。次のログインでお客様に知らせます",
    Outcome.REGISTRATION_TOLD.value: "届かないアドレスです。本登録待ちの仮登録は取り消し、画面で知らせます",
    Outcome.COUNTED.value: "このメールは届きませんでしたが、次は届くかもしれません。数えるだけにしました",
    Outcome.KNOWN.value: "前に取り込んだ通知です。何も変更していません",
    Outcome.UNKNOWN_MAIL.value: (
        "マイページが送ったメールを指していません（偽の通知か、30 日より前のメール）。何も変更していません"
    ),
    NoBounce.ANOTHER.value: "届かなかったという通知ではありません（返信、自動応答、開封通知など）",
    NoBounce.DELIVERED.value: "届いたという通知です",
    NoBounce.UNREADABLE.value: "メールとして読めません。ファイルが途中で切れていないか確かめてください",
    TOO_LARGE: f"{LARGEST:,} バイトより大きいため、読んでいません",
}


@dataclass(frozen=True)
class Told:
    """One message: its number in the mailbox, what became of it, and where it names a mail of ours which one
    and why it came back.
    """

    number: int
    outcome: str
    mail: MailKind | None = None
    mail_key: UUID | None = None
    reason: str = ""

    @property
    def sentence(self) -> str:
        """A line for a person."""
        about = f"{self.mail} {self.mail_key} " if self.mail else ""
        reason = f"（{self.reason}）" if self.reason else ""
        return f"{self.number:,} 通目: {about}{_SENTENCES[self.outcome]}{reason}。"
