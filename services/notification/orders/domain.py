"""What is ordered: which mail, about whom, and a content that only this service can open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel

from chassis.security.sealing import Sealed, Unsealer
from messages.account_notices import AccountChanged
from messages.account_settings import LinkMail
from messages.billing import PublishedBill
from messages.identity import AccountMailRecipient, BillNoticeAddressed
from messages.mail_failure import MailFailure
from messages.recovery import LetterKind, RecoveryLetter
from messages.registration import MailOrder
from messages.values import EmailAddress

SUPERSEDED = "superseded"  # why a mail was given up of which a newer one has been ordered


class MailKind(StrEnum):
    """Which mail; also the name of its template folder."""

    ACTIVATION = "activation"
    COMPLETED = "completed"
    CONTRACT_PROVED = "contract_proved"
    CLOSING_SOON = "closing_soon"
    BILL_PUBLISHED = "bill_published"
    ADDRESS_CHANGE = "address_change"
    ADDRESS_CHANGED = "address_changed"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind
    ACCOUNT_FROZEN = "account_frozen"
    ACCOUNT_IDS = "account_ids"
    SECURITY_NOTICE = "security_notice"

    @property
    def can_wait(self) -> bool:
        """Whether it lets every other mail go first: it is for very many at once, and nobody waits for it."""
        return self is MailKind.BILL_PUBLISHED

    @property
    def goes_to_an_account(self) -> bool:
        """Whether it goes to the address that one account has: not before there is one, not where it is about
        another address, nor where it is about all accounts of an address.
        """
        return self not in _TO_NO_ONE_ACCOUNT


_TO_NO_ONE_ACCOUNT = (
    MailKind.ACTIVATION,
    MailKind.ACCOUNT_IDS,
    MailKind.ADDRESS_CHANGE,
    MailKind.ADDRESS_CHANGED,
)


@dataclass(frozen=True, repr=False)
class BillMail:
    """Who is told of a published statement, and what."""

    recipient: AccountMailRecipient
    bill: PublishedBill

    @property
    def email_address(self) -> EmailAddress:
        """Where it goes."""
        return self.recipient.email_address


MailContent = MailOrder | AccountMailRecipient | BillMail | LinkMail | RecoveryLetter

LETTERS = {
    LetterKind.PASSWORD_RESET: MailKind.PASSWORD_RESET,
    LetterKind.ACCOUNT_FROZEN: MailKind.ACCOUNT_FROZEN,
    LetterKind.ACCOUNT_IDS: MailKind.ACCOUNT_IDS,
}
"""The mail that a recovery letter becomes; one for nobody becomes none (X37)."""


class _BoxesOfBill(BaseModel):
    """As they lie in the table: identity's for whom, billing's for what."""

    recipient: Sealed[AccountMailRecipient]
    bill: Sealed[PublishedBill]


def boxes_of_bill(event: BillNoticeAddressed) -> str:
    """The sealed content of the order that the event gives."""
    return _BoxesOfBill.model_validate(event.model_dump(include={"recipient", "bill"})).model_dump_json()


def facts_of_change(event: AccountChanged) -> dict[str, str]:
    """What the mail about a change says, and whether it goes to an address that the account has no more."""
    facts = {
        "bound_to": str(event.account_key),
        "change": event.change.value,
        "happened_at": event.happened_at.isoformat(),
        "device": event.device.in_words if event.device else "",
    }
    return facts | ({"to_former_address": "yes"} if event.change.told_to_former_address else {})


@dataclass(frozen=True)
class EndedMail:
    """What became of a mail. `left_at`: when the relay took it, or may have; None if it cannot have.
    `failure`: why it did not arrive, where that is known.
    """

    was_sent: bool
    left_at: datetime | None
    failure: MailFailure | None = None


@dataclass(frozen=True)
class Order:
    """One mail about one thing. `sealed_content` is JSON that only this service can open.

    `facts` may say `not_after` (an instant: later than this the mail is not worth sending), `closes_at` and
    `works_until` (instants that the mail names), `billing_month`, `bound_to` (what the recipient's seal is
    bound to, where that is not `about_key`), `of_account` (whose mail it is, where neither of these says so),
    and those of `facts_of_change`.
    """

    kind: MailKind
    about_key: UUID
    sealed_content: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def registration_key(self) -> UUID | None:
        """The registration that waits for word of this mail; None for a mail that nobody waits for."""
        return self.about_key if self.kind is MailKind.ACTIVATION else None

    @property
    def account_key(self) -> UUID | None:
        """Whose account has the address that the mail goes to; None where none has it, or none any more."""
        if not self.kind.goes_to_an_account or "to_former_address" in self.facts:
            return None
        return UUID(self.facts.get("of_account") or self.facts.get("bound_to") or str(self.about_key))

    def opened(self, unsealer: Unsealer) -> MailContent:
        """The content in clear. Raises BrokenSeal."""
        bound_to = self.facts.get("bound_to", str(self.about_key))
        if self.kind is MailKind.ACTIVATION:
            order = Sealed[MailOrder].model_validate_json(self.sealed_content)
            return unsealer.open(order, MailOrder, bound_to=bound_to)
        if self.kind is MailKind.BILL_PUBLISHED:
            boxes = _BoxesOfBill.model_validate_json(self.sealed_content)
            return BillMail(
                recipient=unsealer.open(boxes.recipient, AccountMailRecipient, bound_to=bound_to),
                bill=unsealer.open(boxes.bill, PublishedBill, bound_to=self.about_key),
            )
        if self.kind in (MailKind.ADDRESS_CHANGE, MailKind.ADDRESS_CHANGED):
            mail = Sealed[LinkMail].model_validate_json(self.sealed_content)
            return unsealer.open(mail, LinkMail, bound_to=bound_to)
        if self.kind in LETTERS.values():
            letter = Sealed[RecoveryLetter].model_validate_json(self.sealed_content)
            return unsealer.open(letter, RecoveryLetter, bound_to=bound_to)
        recipient = Sealed[AccountMailRecipient].model_validate_json(self.sealed_content)
        return unsealer.open(recipient, AccountMailRecipient, bound_to=bound_to)
