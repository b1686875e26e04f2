"""What identity answers about ログイン履歴."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from pydantic import BaseModel

from chassis.messaging.message import Query, Reply
from messages.values import Device, Stored


class HistoryKind(StrEnum):
    """What was done with an account. A caller of an earlier release takes what it does not know for OTHER."""

    OTHER = auto()
    LOGGED_IN = auto()
    LOG_IN_FAILED = auto()
    LOG_IN_THROTTLED = auto()
    LOG_IN_WHILE_FROZEN = auto()
    LOGGED_OUT = auto()
    SESSIONS_ENDED = auto()
    SESSIONS_ENDED_BY_OWNER = auto()
    ACCOUNT_OPENED = auto()
    ACCOUNT_FROZEN = auto()
    ACCOUNT_UNFROZEN = auto()
    PASSWORD_CHANGED = auto()
    PASSWORD_RESET = auto()
    MAIL_ADDRESS_CHANGE_ASKED = auto()
    MAIL_ADDRESS_CHANGED = auto()
    MAIL_ADDRESS_CHANGE_UNDONE = auto()
    NICKNAME_CHANGED = auto()
    DATA_EXPORTED = auto()
    ACCOUNT_LEFT = auto()
    ACCOUNT_RESTORED = auto()
    ENROLMENT_CODE_ISSUED = auto()
    ENROLMENT_CODE_USED = auto()
    SECOND_FACTOR_ADDED = auto()
    SECOND_FACTOR_REMOVED = auto()
    SECOND_FACTOR_FAILED = auto()
    PASSKEY_ADDED = auto()
    PASSKEY_REMOVED = auto()
    PASSKEY_FAILED = auto()
    RECOVERY_CODES_MADE = auto()
    RECOVERY_CODE_USED = auto()

    @classmethod
    def _missing_(cls, value: object) -> HistoryKind:
        return cls.OTHER


class HistoryLine(BaseModel, frozen=True):
    """One line. The device is what a browser said it was; None where none was told."""

    happened_at: datetime
    kind: HistoryKind
    device: Stored[Device] | None = None


class LoginHistoryShown(Reply, type="identity.login_history_shown.v1"):
    """The last 90 days, newest first, a hundred lines at most."""

    lines: tuple[HistoryLine, ...]


class ShowLoginHistory(Query[LoginHistoryShown], type="identity.show_login_history.v1"):
    """What was done with this session's account. The session is not kept alive by it."""

    session_token_hash: str
