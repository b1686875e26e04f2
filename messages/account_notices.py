"""What identity tells of changes that the holder of an account must know of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.messaging.message import Event
from chassis.security.sealing import Sealed
from messages.identity import AccountMailRecipient
from messages.values import Device, Stored


class AccountChange(StrEnum):
    """What happened. A listener of an earlier release takes what it does not know for OTHER."""

    OTHER = "other"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind
    MAIL_ADDRESS_CHANGED = "mail_address_changed"
    """Taken back: the address that the account lost by it is told. A change itself has a mail of its own."""
    ACCESS_RENEWED = "access_renewed"
    """Password and mail address at once, with a code of the desk."""
    SESSIONS_ENDED = "sessions_ended"
    ACCOUNT_LEFT = "account_left"
    ACCOUNT_RESTORED = "account_restored"
    ACCOUNT_UNFROZEN = "account_unfrozen"
    NEW_DEVICE = "new_device"
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    SECOND_FACTOR_MISSED = "second_factor_missed"
    """The password was right, and five codes were not."""
    DATA_EXPORTED = "data_exported"

    @classmethod
    def _missing_(cls, value: object) -> AccountChange:
        return cls.OTHER

    @property
    def told_to_former_address(self) -> bool:
        """Whether the mail goes to an address that the account has no more: what comes back of it says
        nothing of the present one.
        """
        return self in (AccountChange.MAIL_ADDRESS_CHANGED, AccountChange.ACCESS_RENEWED)


class AccountChanged(Event, type="identity.account_changed.v1"):
    """Something of an account changed, or somebody came in from a new kind of device: its holder is told by
    mail, each `notice_key` once. The recipient is bound to `account_key`.
    """

    notice_key: UUID
    account_key: UUID
    change: AccountChange
    happened_at: datetime
    device: Stored[Device] | None = None
    recipient: Sealed[AccountMailRecipient]


class DeskChangedAccount(Event, type="identity.desk_changed_account.v1"):
    """The desk changed something of an account, by a command that has no keys to seal with: identity hears it
    itself, and says AccountChanged.
    """

    notice_key: UUID
    account_key: UUID
    change: AccountChange
    happened_at: datetime
