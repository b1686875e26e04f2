"""What identity answers and tells when a customer has forgotten an ID or a password."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.messaging.message import Command, Event, Lane, Query, Reply
from chassis.security.sealing import Sealed, SealedContent
from messages.values import AccountId, EmailAddress, Nickname, Password, Stored


class RefusalCode(StrEnum):
    """Every "no" of recovery. None of them tells whether an account exists (X37)."""

    TOO_MANY_RECOVERIES = "identity.too_many_recoveries"
    RESET_UNKNOWN = "identity.reset_unknown"
    RESET_EXPIRED = "identity.reset_expired"
    RESET_SUPERSEDED = "identity.reset_superseded"
    RESET_USED = "identity.reset_used"
    PASSWORD_NOT_ACCEPTED = "identity.password_not_accepted"  # noqa: S105 - a code


class ForgottenPassword(SealedContent):
    """What is typed by somebody who forgot his password. `account` is an account ID or a customer number, as
    typed: only what is stored says whether it is one.
    """

    sealed_as: ClassVar[str] = "identity.forgotten_password"
    account: str
    email_address: EmailAddress


class ForgottenAccountId(SealedContent):
    """What is typed by somebody who forgot his account ID."""

    sealed_as: ClassVar[str] = "identity.forgotten_account_id"
    email_address: EmailAddress


class NewPassword(SealedContent):
    """A password as typed, to take the place of a forgotten one."""

    sealed_as: ClassVar[str] = "identity.new_password"
    password: Password


class RecoveryAsked(Reply, type="identity.recovery_asked.v1"):
    """Whatever was found (X37)."""


class AskForPasswordReset(Command[RecoveryAsked], type="identity.ask_for_password_reset.v1"):
    """[メールを送る] of パスワードを忘れた方. Repeated with the same `form_key` it orders one mail. What was
    typed is sealed for identity, bound to that key.
    """

    form_key: UUID
    client_network: str
    forgotten: Sealed[ForgottenPassword]


class AskForAccountIds(Command[RecoveryAsked], type="identity.ask_for_account_ids.v1"):
    """[メールを送る] of アカウントIDを忘れた方; as AskForPasswordReset."""

    form_key: UUID
    client_network: str
    forgotten: Sealed[ForgottenAccountId]


class PasswordResetShown(Reply, type="identity.password_reset_shown.v1"):
    """The link is alive, and whose it is."""

    account_id: Stored[AccountId]


class ShowPasswordReset(Query[PasswordResetShown], type="identity.show_password_reset.v1"):
    """The link in the mail was opened. Changes nothing (X21)."""

    reset_token_hash: str
    client_network: str | None = None


class PasswordWasReset(Reply, type="identity.password_was_reset.v1"):
    """The new password opens the account, and nothing else does any more."""

    account_id: Stored[AccountId]


class ResetPassword(Command[PasswordWasReset], type="identity.reset_password.v1", lane=Lane.SLOW):
    """[パスワードを変更する]. The password is bound to `reset_token_hash`. The same password again by the
    browser whose token has that hash gets the same answer: its first one may be lost.
    """

    reset_token_hash: str
    browser_token_hash: str
    client_network: str | None = None
    password: Sealed[NewPassword]


class LetterKind(StrEnum):
    """What a recovery letter is about."""

    NOBODY = "nobody"
    """What was typed fits no account: no mail is written."""
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind
    ACCOUNT_FROZEN = "account_frozen"
    ACCOUNT_IDS = "account_ids"


class RecoveryLetter(SealedContent):
    """What notification needs for the mail, or that there is none to be written."""

    sealed_as: ClassVar[str] = "identity.recovery_letter"
    kind: LetterKind
    email_address: Stored[EmailAddress]
    account_key: UUID | None = None
    nickname: Stored[Nickname] | None = None
    account_ids: tuple[Stored[AccountId], ...] = ()
    reset_token: str = ""
    link_ends_at: datetime | None = None


class RecoveryLetterOrdered(Event, type="identity.recovery_letter_ordered.v1"):
    """Somebody asked; said whatever was found, so that an answer takes the same time (X37). The letter is
    bound to `letter_key`; later than `not_after` it is of no use.
    """

    letter_key: UUID
    not_after: datetime
    letter: Sealed[RecoveryLetter]
