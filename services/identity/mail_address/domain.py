"""The rules of a change of the mail address: how long its two links work, and what each of them deserves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.messaging.refusal import Refusal
from messages.account_settings import RefusalCode
from messages.values import EmailAddress

LINK_LIFETIME = timedelta(hours=24)
UNDO_LIFETIME = timedelta(hours=72)  # X38
CHANGES_KEPT = UNDO_LIFETIME + LINK_LIFETIME + timedelta(days=1)  # then nothing can come of one any more


@dataclass(frozen=True)
class AddressChange:
    """One change that was asked for. `old_address` is known once it was made. Cancelled, it cannot be
    made any more, nor taken back.
    """

    change_key: UUID
    account_key: UUID
    new_address: EmailAddress
    old_address: EmailAddress | None
    asked_at: datetime
    cancelled_at: datetime | None = None
    changed_at: datetime | None = None
    undone_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """The last instant at which the link to the new address works, in UTC."""
        return (self.asked_at + LINK_LIFETIME).astimezone(UTC)

    def is_waited_for(self, now: datetime) -> bool:
        """Whether the link to the new address would still make it."""
        return self.changed_at is None and self.cancelled_at is None and now <= self.expires_at

    def require_link(self, account_key: UUID, now: datetime) -> None:
        """Raises the refusal that the link to the new address deserves in a session of that account. A link
        that was used says so also when its time is over.
        """
        if account_key != self.account_key:
            raise Refusal(RefusalCode.ADDRESS_LINK_OF_ANOTHER)
        if self.changed_at is not None:
            raise Refusal(RefusalCode.ADDRESS_LINK_USED)
        if self.cancelled_at is not None:
            raise Refusal(RefusalCode.ADDRESS_LINK_SUPERSEDED)
        if now > self.expires_at:
            raise Refusal(RefusalCode.ADDRESS_LINK_EXPIRED)

    def undoable(self, now: datetime) -> EmailAddress:
        """The address to go back to. Raises the refusal that the link to the old address deserves."""
        if self.undone_at is not None:
            raise Refusal(RefusalCode.UNDO_LINK_USED)
        if self.changed_at is None or self.old_address is None:
            raise Refusal(RefusalCode.UNDO_LINK_EXPIRED)
        if self.cancelled_at is not None or now > self.changed_at + UNDO_LIFETIME:
            raise Refusal(RefusalCode.UNDO_LINK_EXPIRED)
        return self.old_address
