"""アカウント設定: what customers ask identity to change of their own accounts, and what others hear of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.messaging.message import Command, Event, Lane, Query, Reply
from chassis.security.key_texts import PublicKeyText
from chassis.security.sealing import Sealed, SealedContent
from messages.identity import AccountMailRecipient
from messages.values import AccountId, EmailAddress, Nickname, Password, Stored


class RefusalCode(StrEnum):
    """Every "no" of アカウント設定; identity's own stand in `messages.identity`."""

    ACCOUNT_LEFT = "identity.account_left"
    WRONG_PASSWORD = "identity.wrong_password"  # noqa: S105 - a code
    TOO_MANY_PASSWORDS = "identity.too_many_passwords"
    NEW_PASSWORD_NOT_ACCEPTED = "identity.new_password_not_accepted"  # noqa: S105 - a code
    TOO_MANY_EXPORTS = "identity.too_many_exports"
    TOO_MANY_ADDRESS_CHANGES = "identity.too_many_address_changes"
    ADDRESS_LINK_UNKNOWN = "identity.address_link_unknown"
    ADDRESS_LINK_OF_ANOTHER = "identity.address_link_of_another"
    ADDRESS_LINK_USED = "identity.address_link_used"
    ADDRESS_LINK_SUPERSEDED = "identity.address_link_superseded"
    ADDRESS_LINK_EXPIRED = "identity.address_link_expired"
    UNDO_LINK_UNKNOWN = "identity.undo_link_unknown"
    UNDO_LINK_USED = "identity.undo_link_used"
    UNDO_LINK_EXPIRED = "identity.undo_link_expired"


class OwnAccount(SealedContent):
    """What a customer's account says of him, for his own eyes."""

    sealed_as: ClassVar[str] = "identity.own_account"
    account_id: Stored[AccountId]
    email_address: Stored[EmailAddress]
    nickname: Stored[Nickname]


class OwnAccountShown(Reply, type="identity.own_account_shown.v1"):
    """Sealed for whoever asked, bound to `session_token_hash`."""

    account: Sealed[OwnAccount]


class ShowOwnAccount(Query[OwnAccountShown], type="identity.show_own_account.v1"):
    """Whose account is this session's? The asker makes a pair of sealing keys for this one question."""

    session_token_hash: str
    answer_key: PublicKeyText


class ChosenNickname(SealedContent):
    """What a customer wants to be called from now on."""

    sealed_as: ClassVar[str] = "identity.chosen_nickname"
    nickname: Nickname


class NicknameChanged(Reply, type="identity.nickname_changed.v1"):
    pass


class ChangeNickname(Command[NicknameChanged], type="identity.change_nickname.v1"):
    """[ニックネームを変更する]. The nickname is bound to `session_token_hash`."""

    session_token_hash: str
    client_network: str
    chosen: Sealed[ChosenNickname]


class TypedPassword(SealedContent):
    """The customer's password, typed once more."""

    sealed_as: ClassVar[str] = "identity.typed_password"
    password: str


class AccountLeft(Reply, type="identity.account_left.v1"):
    pass


class LeaveAccount(Command[AccountLeft], type="identity.leave_account.v1", lane=Lane.SLOW):
    """[退会する]. The password is bound to `session_token_hash`."""

    session_token_hash: str
    client_network: str
    password: Sealed[TypedPassword]


class PasswordChange(SealedContent):
    """The password, typed once more, and the one that takes its place."""

    sealed_as: ClassVar[str] = "identity.password_change"
    password: str
    new_password: Password


class PasswordChanged(Reply, type="identity.password_changed.v1"):
    """Every session of the account is over, this one as well."""


class ChangePassword(Command[PasswordChanged], type="identity.change_password.v1", lane=Lane.SLOW):
    """[変更する]. The passwords are bound to `session_token_hash`."""

    session_token_hash: str
    client_network: str
    passwords: Sealed[PasswordChange]


class WantedAddress(SealedContent):
    """The address that a customer wants mails to go to, and his password, typed once more."""

    sealed_as: ClassVar[str] = "identity.wanted_address"
    email_address: EmailAddress
    password: str


class AddressChangeAsked(Reply, type="identity.address_change_asked.v1"):
    """The same whatever became of the mail. `expires_at`: until when its link works. `session_renewed`:
    whether the session has the token now that the command named.
    """

    expires_at: datetime
    session_renewed: bool = False


class AskAddressChange(Command[AddressChangeAsked], type="identity.ask_address_change.v1", lane=Lane.SLOW):
    """[確認のメールを送る]: nothing is changed before the new address has proved itself. Repeated with the
    same `form_key` it orders one mail. Bound to `session_token_hash`. `next_token_hash`: of the token that
    takes its place, made by the gateway.
    """

    session_token_hash: str
    client_network: str
    wanted: Sealed[WantedAddress]
    next_token_hash: str | None = None
    form_key: UUID | None = None


class AddressChangeShown(Reply, type="identity.address_change_shown.v1"):
    """The change waits for its last press."""


class ShowAddressChange(Query[AddressChangeShown], type="identity.show_address_change.v1"):
    """The link of the mail to the new address, opened by whoever is logged in."""

    session_token_hash: str
    link_token_hash: str
    client_network: str | None = None


class AddressChanged(Reply, type="identity.address_changed.v1"):
    pass


class ConfirmAddressChange(Command[AddressChanged], type="identity.confirm_address_change.v1"):
    """[変更する]: the link of the mail, in the session of the account that asked for it."""

    session_token_hash: str
    client_network: str
    link_token_hash: str


class AddressChangeUndone(Reply, type="identity.address_change_undone.v1"):
    pass


class UndoAddressChange(Command[AddressChangeUndone], type="identity.undo_address_change.v1"):
    """[元に戻す]: the link of the mail to the old address, for 72 hours, without a log-in (X38)."""

    undo_token_hash: str
    client_network: str


class LinkMail(SealedContent):
    """A mail about an account with a link of its own, sealed for notification."""

    sealed_as: ClassVar[str] = "identity.link_mail"
    recipient: AccountMailRecipient
    link_token: str

    @property
    def email_address(self) -> EmailAddress:
        """Where it goes."""
        return self.recipient.email_address


class AddressChangeOrdered(Event, type="identity.address_change_ordered.v1"):
    """The mail to the new address, whose link proves it. Bound to `change_key`."""

    change_key: UUID
    account_key: UUID
    mail: Sealed[LinkMail]
    expires_at: datetime


class MailAddressChanged(Event, type="identity.mail_address_changed.v1"):
    """The old address is told at once, with a link that takes the change back until `undo_until`. Bound to
    `change_key`.
    """

    change_key: UUID
    account_key: UUID
    mail: Sealed[LinkMail]
    undo_until: datetime
