"""What identity answers and tells: contracts, accounts, sessions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.messaging.message import Command, Event, Lane, Query, Reply
from chassis.security.sealing import Sealed, SealedContent
from chassis.security.signing import SignedClaims
from messages.values import (
    AccountId,
    BillingMonth,
    CustomerNumber,
    Device,
    EmailAddress,
    HolderKana,
    Nickname,
    PhoneNumber,
    Stored,
)


class RefusalCode(StrEnum):
    """Every "no" of this context."""

    CONTRACT_MISMATCH = "identity.contract_mismatch"
    CONTRACT_ALREADY_REGISTERED = "identity.contract_already_registered"
    TOO_MANY_PROOFS = "identity.too_many_proofs"
    WRONG_CREDENTIALS = "identity.wrong_credentials"
    TOO_MANY_LOGINS = "identity.too_many_logins"
    TOO_MANY_LINKS = "identity.too_many_links"
    ACCOUNT_FROZEN = "identity.account_frozen"
    ACCOUNT_NOT_READY = "identity.account_not_ready"
    LOGIN_PROOF_SPENT = "identity.login_proof_spent"
    SESSION_ENDED = "identity.session_ended"


class HolderDetails(SealedContent):
    """The three values with which a customer proves that he holds a contract (使い方 1)."""

    sealed_as: ClassVar[str] = "identity.holder_details"
    customer_number: CustomerNumber
    phone_number: PhoneNumber
    holder_kana: HolderKana


class Credentials(SealedContent):
    """What is typed at the login screen, as typed: only the stored hash says whether a password is right."""

    sealed_as: ClassVar[str] = "identity.credentials"
    account_id: str
    password: str


class LoginTicket(SealedContent):
    """The secret of a browser that activated an account; fits the login proof's `login_ticket_hash`."""

    sealed_as: ClassVar[str] = "identity.login_ticket"
    ticket: str


class NewAccount(SealedContent):
    """What identity needs to open an account, sealed by registration."""

    sealed_as: ClassVar[str] = "identity.new_account"
    password_hash: str
    email_address: Stored[EmailAddress]
    nickname: Stored[Nickname]


class VerificationProof(SignedClaims):
    """Identity's word that this browser proved this contract. 30 minutes (Q25)."""

    signed_as: ClassVar[str] = "identity.verification_proof"
    contract_key: UUID
    customer_number: Stored[CustomerNumber]
    browser_token_hash: str


class SessionAssertion(SignedClaims):
    """Identity's word that a session is alive, for at most 60 seconds."""

    signed_as: ClassVar[str] = "identity.session_assertion"
    account_key: UUID
    contract_key: UUID
    customer_number: Stored[CustomerNumber]
    charges_from: BillingMonth  # when this holder's contract began: earlier months are another holder's (Q23)
    charges_until: BillingMonth | None = None  # later months are another holder's


class ContractVerified(Reply, type="identity.contract_verified.v1"):
    verification_proof: str


class VerifyContract(Command[ContractVerified], type="identity.verify_contract.v1"):
    """[認証]. The holder is bound to `browser_token_hash`; `client_network` is a keyed hash (X2)."""

    browser_token_hash: str
    client_network: str
    holder: Sealed[HolderDetails]


class SessionShown(Reply, type="identity.session_shown.v1"):
    """A living session. `session_assertion` is a signed SessionAssertion. `ends_in_seconds` needs no clock;
    None is the release before's. `device_mark`: after a log-in, what the browser shows at the next one.
    `account_key`: whose it is; None from a release that did not say.
    """

    session_assertion: str
    nickname: Stored[Nickname]
    previous_login_at: datetime | None
    ends_at: datetime
    mail_bounced: bool = False  # mails to the account come back
    ends_in_seconds: int | None = None
    device_mark: str | None = None
    account_key: UUID | None = None


class LogIn(Command[SessionShown], type="identity.log_in.v1", lane=Lane.SLOW):
    """[ログイン]. The gateway makes the session token and sends only its hash; credentials are bound to
    it. `asked_before`: identity judged the same a moment ago, and counted it if it was wrong. `device` is
    what the browser says it is: for the customer's eyes, and for nothing that must be true. It has a
    token, too, and marks from log-ins before (X11).
    """

    session_token_hash: str
    client_network: str
    credentials: Sealed[Credentials]
    asked_before: bool = False
    device: Stored[Device] | None = None
    device_token_hash: str = ""
    device_marks: tuple[str, ...] = ()


class LogInWithProof(Command[SessionShown], type="identity.log_in_with_proof.v1"):
    """[そのままログイン]: once, by the browser that activated; the ticket is bound to that hash."""

    session_token_hash: str
    login_proof: str
    ticket: Sealed[LoginTicket]
    client_network: str | None = None
    device: Stored[Device] | None = None
    device_token_hash: str = ""


class ShowSession(Query[SessionShown], type="identity.show_session.v1"):
    """Whose session is this? Keeps it alive: 30 minutes idle, 12 hours at most (G18)."""

    session_token_hash: str


class LoggedOut(Reply, type="identity.logged_out.v1"):
    pass


class LogOut(Command[LoggedOut], type="identity.log_out.v1"):
    """[ログアウト]. Logging out twice is no fault."""

    session_token_hash: str


class AccountMailRecipient(SealedContent):
    """Whom to write to about an account, sealed for notification."""

    sealed_as: ClassVar[str] = "identity.account_mail_recipient"
    email_address: Stored[EmailAddress]
    nickname: Stored[Nickname]
    account_id: Stored[AccountId]


class AccountCreated(Event, type="identity.account_created.v1"):
    """本登録 is complete. The recipient is bound to `account_key`."""

    registration_key: UUID
    account_key: UUID
    recipient: Sealed[AccountMailRecipient]


class AccountRejected(Event, type="identity.account_rejected.v1"):
    """An activated registration could not become an account. Must never happen; an operator is alarmed."""

    registration_key: UUID


class RegisteredContractProved(Event, type="identity.registered_contract_proved.v1"):
    """Somebody proved a contract that has an account: its holder is told (Q11). Bound to `account_key`."""

    notice_key: UUID
    account_key: UUID
    recipient: Sealed[AccountMailRecipient]


class AccountClosingSoon(Event, type="identity.account_closing_soon.v1"):
    """The contract ended; My Page ends at `closes_at`, a month from now (Q24). Bound to `account_key`."""

    account_key: UUID
    closes_at: datetime
    recipient: Sealed[AccountMailRecipient]


class BillNoticeAddressed(Event, type="identity.bill_notice_addressed.v1"):
    """Whom to tell of a published statement, bound to `account_key`; `bill` is billing's own box."""

    notice_key: UUID
    account_key: UUID
    billing_month: BillingMonth
    recipient: Sealed[AccountMailRecipient]
    bill: Sealed[SealedContent]


class AccountClosed(Event, type="identity.account_closed.v1"):
    """The account is gone; its account ID may be used again (Q24)."""

    account_key: UUID
    registration_key: UUID


class ContractReplaced(Event, type="identity.contract_replaced.v1"):
    """The customer number passed on to another holder: nobody may register for this one any more (Q23)."""

    contract_key: UUID


class SessionEnded(Event, type="identity.session_ended.v1", broadcast=True):
    """Every gateway forgets what it remembers of this session, at once."""

    session_token_hash: str
