"""What registration answers and tells: provisional accounts and their activation."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.messaging.message import Command, Event, Lane, Query, Reply
from chassis.security.sealing import Sealed, SealedContent
from chassis.security.signing import SignedClaims
from messages.identity import NewAccount
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname, Password, Stored

ACTIVATION_WINDOW = timedelta(hours=24)  # 使い方 5): 仮登録メール送信から 24 時間以内
SENDING_TIME = timedelta(
    hours=8
)  # so long we wait to hear that the mail left: its retries end after 6 h 11 min


class RefusalCode(StrEnum):
    """Every "no" of this context."""

    PROOF_EXPIRED = "registration.proof_expired"
    ACCOUNT_ID_TAKEN = "registration.account_id_taken"
    PASSWORD_NOT_ACCEPTED = "registration.password_not_accepted"  # noqa: S105 - a code
    CONTRACT_ALREADY_REGISTERED = "registration.contract_already_registered"
    TOO_MANY_REGISTRATIONS = "registration.too_many_registrations"
    TOO_MANY_ID_CHECKS = "registration.too_many_id_checks"
    ACTIVATION_UNKNOWN = "registration.activation_unknown"
    ACTIVATION_EXPIRED = "registration.activation_expired"
    ACTIVATION_SUPERSEDED = "registration.activation_superseded"
    CONTRACT_REPLACED = "registration.contract_replaced"
    ALREADY_ACTIVATED = "registration.already_activated"
    PASSWORD_MISMATCH = "registration.password_mismatch"  # noqa: S105 - a code
    TOO_MANY_LINKS = "registration.too_many_links"
    TOO_MANY_PASSWORDS = "registration.too_many_passwords"


class ProvisionalState(StrEnum):
    """Where a provisional account stands (docs/states.md)."""

    REGISTERED = "registered"
    MAIL_SENT = "mail_sent"
    ACTIVATED = "activated"
    COMPLETED = "completed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    MAIL_ABANDONED = "mail_abandoned"
    REJECTED = "rejected"


class ChosenPassword(SealedContent):
    """A password as typed, sealed for registration."""

    sealed_as: ClassVar[str] = "registration.chosen_password"
    password: Password


class TypedPassword(SealedContent):
    """A password typed at メール受信確認 or at the login screen; only the stored hash says whether it is
    right.
    """

    sealed_as: ClassVar[str] = "registration.typed_password"
    password: str


class PersonalDetails(SealedContent):
    """What else 初期情報 asks for. `browser_token` must fit the proof's `browser_token_hash`: the proof alone
    is worth nothing.
    """

    sealed_as: ClassVar[str] = "registration.personal_details"
    email_address: EmailAddress
    nickname: Nickname
    browser_token: str


class MailOrder(SealedContent):
    """What notification needs for the 仮登録受付完了 mail, sealed for it. No nickname: it is unproven until
    本登録 (X29).
    """

    sealed_as: ClassVar[str] = "registration.mail_order"
    email_address: Stored[EmailAddress]
    activation_token: str


class LoginProof(SignedClaims):
    """Registration's word that an activation just happened in the browser that knows the ticket. Single use,
    10 minutes (T22).
    """

    signed_as: ClassVar[str] = "registration.login_proof"
    registration_key: UUID
    login_ticket_hash: str


class AccountIdChecked(Reply, type="registration.account_id_checked.v1"):
    available: bool


class CheckAccountId(Query[AccountIdChecked], type="registration.check_account_id.v1"):
    """[IDチェック]. Reserves nothing (Q9)."""

    account_id: AccountId
    verification_proof: str


class ProvisionalRegistrationAccepted(Reply, type="registration.provisional_registration_accepted.v1"):
    registration_key: UUID


class RegisterProvisionally(
    Command[ProvisionalRegistrationAccepted], type="registration.register_provisionally.v1", lane=Lane.SLOW
):
    """[仮登録する]. Repeating it with the same `registration_key` gives the same outcome once. Seals are
    bound to that key. `revision` counts how often the customer changed what he typed: an older press that
    comes late changes nothing.
    """

    registration_key: UUID
    revision: int = 0
    verification_proof: str
    account_id: AccountId
    password: Sealed[ChosenPassword]
    personal: Sealed[PersonalDetails]


class ProvisionalAccountShown(Reply, type="registration.provisional_account_shown.v1"):
    """`activation_deadline` is None until the mail was accepted by the relay."""

    state: ProvisionalState
    activation_deadline: datetime | None


class ShowProvisionalAccount(Query[ProvisionalAccountShown], type="registration.show_provisional_account.v1"):
    """For the page 仮登録が完了しました。: has the mail left? (Q22)"""

    registration_key: UUID


class ActivationShown(Reply, type="registration.activation_shown.v1"):
    """The link is alive. `activation_deadline` is None while the mail's acceptance is not known yet."""

    activation_deadline: datetime | None


class ShowActivation(Query[ActivationShown], type="registration.show_activation.v1"):
    """The link was opened. Changes nothing (T20, X21). `login_ticket_hash`: of the browser that asks; if
    it was the one that activated, and heard no answer, it may press again.
    """

    activation_token_hash: str
    login_ticket_hash: str | None = None
    client_network: str = ""


class Activated(Reply, type="registration.activated.v1"):
    """`login_proof` is a signed LoginProof."""

    account_id: Stored[AccountId]
    login_proof: str


class Activate(Command[Activated], type="registration.activate.v1", lane=Lane.SLOW):
    """[本登録する]. The password is bound to `activation_token_hash`; the browser keeps the ticket whose hash
    is sent.
    """

    activation_token_hash: str
    login_ticket_hash: str
    password: Sealed[TypedPassword]
    client_network: str = ""


class ProvisionalPasswordChecked(Reply, type="registration.provisional_password_checked.v1"):
    """`right`: only 本登録 is missing. `being_prepared`: it was done, and identity has not opened the account
    yet. `opened_lately`: identity did, perhaps since it was asked; says nothing of the password.
    """

    right: bool
    being_prepared: bool = False
    opened_lately: bool = False


class CheckProvisionalPassword(
    Query[ProvisionalPasswordChecked], type="registration.check_provisional_password.v1", lane=Lane.SLOW
):
    """A login failed: is it an account whose 本登録 is still to do (Q18)? The password is bound to
    `nonce`.
    """

    nonce: UUID
    account_id: AccountId
    password: Sealed[TypedPassword]


class ProvisionallyRegistered(Event, type="registration.provisionally_registered.v1"):
    """A provisional account exists and its mail is to be sent. The order is bound to `registration_key`."""

    registration_key: UUID
    registered_at: datetime
    mail_order: Sealed[MailOrder]


class AccountActivated(Event, type="registration.account_activated.v1"):
    """本登録する succeeded: identity opens the account. The account is bound to `registration_key`."""

    registration_key: UUID
    contract_key: UUID
    customer_number: Stored[CustomerNumber]
    account_id: Stored[AccountId]
    activated_at: datetime
    account: Sealed[NewAccount]
