"""What is worth an entry, and what an entry says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from uuid import UUID

from messages.login_history import HistoryKind
from messages.values import AccountId, CustomerNumber, Device


class AuditKind(StrEnum):
    """Everything that is told of. Names are stored, in small letters: one may be added, none changed."""

    LOGGED_IN = auto()
    LOG_IN_FAILED = auto()
    LOG_IN_THROTTLED = auto()
    LOG_IN_WHILE_FROZEN = auto()
    LOGGED_OUT = auto()
    ACCOUNT_OPENED = auto()
    ACCOUNT_LEFT = auto()
    ACCOUNT_RESTORED = auto()
    ACCOUNT_CLOSED = auto()
    ACCOUNT_FROZEN = auto()
    ACCOUNT_UNFROZEN = auto()
    ACCOUNT_DETACHED = auto()
    ACCOUNT_SHOWN = auto()
    SESSIONS_ENDED = auto()
    SESSIONS_ENDED_BY_OWNER = auto()
    PASSWORD_CHANGED = auto()
    PASSWORD_RESET = auto()
    PASSWORD_RESET_ASKED = auto()
    ACCOUNT_ID_ASKED = auto()
    MAIL_ADDRESS_CHANGE_ASKED = auto()
    MAIL_ADDRESS_CHANGED = auto()
    MAIL_ADDRESS_CHANGE_UNDONE = auto()
    MAIL_BOUNCE_CLEARED = auto()
    NICKNAME_CHANGED = auto()
    DATA_EXPORTED = auto()
    CONTRACT_PROVED_AGAIN = auto()
    ENROLMENT_CODE_ISSUED = auto()
    ENROLMENT_CODE_FAILED = auto()
    ENROLMENT_CODE_USED = auto()
    SECOND_FACTOR_ADDED = auto()
    SECOND_FACTOR_REMOVED = auto()
    SECOND_FACTOR_FAILED = auto()
    PASSKEY_ADDED = auto()
    PASSKEY_REMOVED = auto()
    PASSKEY_FAILED = auto()
    RECOVERY_CODES_MADE = auto()
    RECOVERY_CODE_USED = auto()
    AUDIT_READ = auto()


AUDIT_KEPT_YEARS = 1  # but for what the desk did; the database holds it (docs/retention.md)


@dataclass(frozen=True)
class AuditEntry:
    """One thing that happened. Nothing personal: `account_key` and `contract_key` are internal, None where
    nobody's is meant; `client_network` is the gateway's keyed hash; `device` names a kind of device, as
    "iphone/safari". `done_by` is who acted at the desk, with the `reason` typed there: both or neither.
    """

    kind: AuditKind
    account_key: UUID | None = None
    contract_key: UUID | None = None
    client_network: str | None = None
    device: str | None = None
    done_by: str | None = None
    reason: str | None = None


SHOWN_TO_CUSTOMERS = frozenset(map(AuditKind, set(HistoryKind) - {HistoryKind.OTHER}))
"""What a customer reads in ログイン履歴: what was done with his account. Not what anybody tried who had
nothing of it, nor that the desk looked.
"""
HISTORY_DAYS = 90  # of ログイン履歴
HISTORY_AT_MOST = 100  # entries of it
EXPORTED_AT_MOST = 1_000  # entries of a customer's own file: as many as an answer can surely carry


@dataclass(frozen=True)
class AuditQuestion:
    """What the desk wants to read: of one account, of all holders of one customer number, or of everybody;
    from `since` on, before `until`, at most so many of the newest.
    """

    since: datetime
    until: datetime
    account_id: AccountId | None = None
    customer_number: CustomerNumber | None = None
    at_most: int = 1_000

    @property
    def is_about_somebody(self) -> bool:
        """Whether it asks for an account or a contract."""
        return self.account_id is not None or self.customer_number is not None


@dataclass(frozen=True)
class Subjects:
    """Whom a question is about: keys of accounts and of contracts."""

    account_keys: tuple[UUID, ...]
    contract_keys: tuple[UUID, ...]


@dataclass(frozen=True)
class ToldEntry:
    """An entry as it is read. `account_id` is the one that the account has today; `kind` may be one of a
    newer release.
    """

    happened_at: datetime
    kind: str
    account_id: AccountId | None = field(repr=False)
    client_network: str | None
    device: Device | None
    done_by: str | None
    reason: str | None


@dataclass(frozen=True)
class HistoryEntry:
    """What a customer reads of an entry."""

    happened_at: datetime
    kind: str
    device: Device | None
