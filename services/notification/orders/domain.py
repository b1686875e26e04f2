"""What is ordered: which mail, about whom, and a content that only this service can open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.security.sealing import Sealed, Unsealer
from messages.identity import AccountMailRecipient
from messages.registration import MailOrder


class MailKind(StrEnum):
    """Which mail; also the name of its template folder."""

    ACTIVATION = "activation"
    COMPLETED = "completed"
    CONTRACT_PROVED = "contract_proved"
    CLOSING_SOON = "closing_soon"


@dataclass(frozen=True)
class EndedMail:
    """What became of a mail. `left_at`: when the relay took it, or may have; None if it cannot have."""

    was_sent: bool
    left_at: datetime | None


@dataclass(frozen=True)
class Order:
    """One mail about one thing. `sealed_content` is JSON that only this service can open.

    `facts` may say `not_after` (an instant: later than this the mail is not worth sending), `closes_at` (an
    instant that the mail names) and `bound_to` (what the seal is bound to, where that is not `about_key`).
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
        """Whose account the mail is about; None before 本登録."""
        if self.kind is MailKind.ACTIVATION:
            return None
        return UUID(self.facts.get("bound_to", str(self.about_key)))

    def opened(self, unsealer: Unsealer) -> MailOrder | AccountMailRecipient:
        """The content in clear. Raises BrokenSeal."""
        bound_to = self.facts.get("bound_to", str(self.about_key))
        if self.kind is MailKind.ACTIVATION:
            order = Sealed[MailOrder].model_validate_json(self.sealed_content)
            return unsealer.open(order, MailOrder, bound_to=bound_to)
        recipient = Sealed[AccountMailRecipient].model_validate_json(self.sealed_content)
        return unsealer.open(recipient, AccountMailRecipient, bound_to=bound_to)
