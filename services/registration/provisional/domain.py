"""The rules of 仮登録 and 本登録: how long a link lives, what wrong passwords cost, what is wiped when."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from chassis.messaging.refusal import Refusal
from messages.registration import (
    ACTIVATION_WINDOW,
    SENDING_TIME,
    ProvisionalState,
    RefusalCode,
)
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname

WRONG_PASSWORDS_BEFORE_A_WAIT = 5  # Q15
WRONG_PASSWORDS_BEFORE_THE_END = 15  # Q15
WRONG_PASSWORD_WAIT = timedelta(minutes=15)  # Q15
LOGIN_PROOF_LIFETIME = timedelta(minutes=10)  # T22
OPENED_LATELY = timedelta(seconds=10)  # longer than a log-in is on its way
CLOCKS_MAY_DIFFER = timedelta(minutes=5)  # two database servers, or one whose clock was set back

LIVE = frozenset({ProvisionalState.REGISTERED, ProvisionalState.MAIL_SENT})
LASTING = frozenset({ProvisionalState.ACTIVATED, ProvisionalState.COMPLETED})
ENDED = frozenset(ProvisionalState) - LIVE - LASTING

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class ChosenAccount:
    """What the customer chose, for identity to open the account with."""

    password_hash: str = field(repr=False)
    email_address: EmailAddress
    nickname: Nickname = field(repr=False)


@dataclass(frozen=True)
class ProvenLogin:
    """Who may log in without a password: the browser that knows the ticket, until `expires_at` (UTC)."""

    expires_at: datetime
    registration_key: UUID
    login_ticket_hash: str = field(repr=False)


@dataclass(frozen=True)
class ProvisionalAccount:
    """One 仮登録. What is personal is None once wiped; expiry is true when due, whatever `state` says."""

    registration_key: UUID
    contract_key: UUID
    customer_number: CustomerNumber
    account_id: AccountId | None = field(repr=False)
    password_hash: str | None = field(repr=False)
    email_address: EmailAddress | None
    nickname: Nickname | None = field(repr=False)
    state: ProvisionalState
    registered_at: datetime
    mail_sent_at: datetime | None = None
    activated_at: datetime | None = None
    completed_at: datetime | None = None
    ended_at: datetime | None = None
    login_ticket_hash: str | None = field(default=None, repr=False)
    wrong_passwords: int = 0
    wrong_password_wait_until: datetime | None = None
    redrives: int = 0
    mail_orders: int = 1

    @property
    def activation_deadline(self) -> datetime | None:
        """End of the 24 hours, in UTC; None until the relay is known to have taken the mail (Q13)."""
        return None if self.mail_sent_at is None else (self.mail_sent_at + ACTIVATION_WINDOW).astimezone(UTC)

    @property
    def deadline(self) -> datetime:
        """The last instant at which the link works: the mail may outrun the news of its sending, so there is
        always one.
        """
        return self.activation_deadline or self.registered_at + SENDING_TIME + ACTIVATION_WINDOW

    def state_at(self, now: datetime) -> ProvisionalState:
        """Where it stands; 以内 includes the deadline itself (Q14)."""
        return ProvisionalState.EXPIRED if self.state in LIVE and now > self.deadline else self.state

    def is_live(self, now: datetime) -> bool:
        """True while 本登録 is still possible."""
        return self.state_at(now) in LIVE

    def leaves_account_id_to(self, contract_key: UUID, now: datetime) -> bool:
        """True if that contract may take this registration's ID: it holds it itself, or nobody does (Q9)."""
        return self.state_at(now) in ENDED or (self.contract_key == contract_key and self.is_live(now))

    def require_link(self, now: datetime) -> None:
        """Raises the refusal that the activation link deserves unless it is alive (Q16, T21, X20)."""
        state = self.state_at(now)
        if state in LASTING:
            raise Refusal(RefusalCode.ALREADY_ACTIVATED)
        if state is ProvisionalState.SUPERSEDED:
            raise Refusal(RefusalCode.ACTIVATION_SUPERSEDED)
        if state is ProvisionalState.REJECTED:
            raise Refusal(RefusalCode.CONTRACT_REPLACED)
        if state not in LIVE:
            raise Refusal(RefusalCode.ACTIVATION_EXPIRED)

    def require_password_turn(self, now: datetime) -> None:
        """Raises a refusal unless the link is alive and a password may be tried (Q15)."""
        self.require_link(now)
        if self.wrong_password_wait_until is not None and now < self.wrong_password_wait_until:
            seconds = math.ceil((self.wrong_password_wait_until - now).total_seconds())
            raise Refusal(RefusalCode.TOO_MANY_PASSWORDS, retry_after_seconds=seconds)

    def activate(self, now: datetime, login_ticket_hash: str) -> ProvisionalAccount:
        """本登録, the password being right. Raises a refusal after the deadline, in a wait, or when it was
        activated before.
        """
        self.require_password_turn(now)
        return replace(
            self, state=ProvisionalState.ACTIVATED, activated_at=now, login_ticket_hash=login_ticket_hash
        )

    def with_wrong_password(self, now: datetime) -> ProvisionalAccount:
        """One more wrong password: every fifth means a wait, the fifteenth the end. Raises a refusal where
        none may be tried.
        """
        self.require_password_turn(now)
        counted = replace(self, wrong_passwords=self.wrong_passwords + 1)
        if counted.wrong_passwords >= WRONG_PASSWORDS_BEFORE_THE_END:
            return counted.ended(ProvisionalState.EXPIRED, now)
        if counted.wrong_passwords % WRONG_PASSWORDS_BEFORE_A_WAIT == 0:
            return replace(counted, wrong_password_wait_until=now + WRONG_PASSWORD_WAIT)
        return counted

    def was_activated_with(self, login_ticket_hash: str, now: datetime) -> bool:
        """True if the same browser repeats its activation while the login proof is still good: its first
        answer was lost (K15).
        """
        is_fresh = self.activated_at is not None and now < self.activated_at + LOGIN_PROOF_LIFETIME
        return self.state in LASTING and is_fresh and self.login_ticket_hash == login_ticket_hash

    def login_proof(self) -> ProvenLogin:
        """What the activating browser carries to identity; said again, it lives no longer (T22)."""
        return ProvenLogin(
            expires_at=(_kept(self.activated_at) + LOGIN_PROOF_LIFETIME).astimezone(UTC),
            registration_key=self.registration_key,
            login_ticket_hash=_kept(self.login_ticket_hash),
        )

    def with_mail_sent(self, sent_at: datetime, now: datetime) -> ProvisionalAccount:
        """The relay took the mail: the 24 hours run. Said again, it can only be later; said of one that is
        over, it changes nothing.

        Another machine's clock said `sent_at`, so it counts as no earlier than the registration and hardly
        later than now; a deadline that the mail promised by a clock a little ahead of ours is kept.
        """
        if not self.is_live(now):
            return self
        believed = min(max(sent_at, self.registered_at), now + CLOCKS_MAY_DIFFER)
        return replace(
            self, state=ProvisionalState.MAIL_SENT, mail_sent_at=max(self.mail_sent_at or believed, believed)
        )

    def with_mail_abandoned(
        self, now: datetime, *, possibly_sent_at: datetime | None = None
    ) -> ProvisionalAccount:
        """The mail will never leave (K13); means nothing once one has left. One that may have left counts as
        sent: its link lives as long as it says.
        """
        if possibly_sent_at is not None:
            return self.with_mail_sent(possibly_sent_at, now)
        if self.state is not ProvisionalState.REGISTERED:
            return self
        return self.ended(ProvisionalState.MAIL_ABANDONED, now)

    def completed(self, now: datetime) -> ProvisionalAccount:
        """Identity has the account: what is personal is wiped. Means nothing unless it was activated."""
        if self.state is not ProvisionalState.ACTIVATED:
            return self
        wiped = replace(self, password_hash=None, email_address=None, nickname=None)
        return replace(wiped, state=ProvisionalState.COMPLETED, completed_at=now)

    def was_opened_lately(self, now: datetime) -> bool:
        """True if identity may have opened the account after a log-in had looked for it."""
        return self.completed_at is not None and now < self.completed_at + OPENED_LATELY

    def with_contract_replaced(self, now: datetime) -> ProvisionalAccount:
        """The contract has another holder: no account can come of it. Means nothing once it was activated, as
        identity decides then.
        """
        return self.ended(ProvisionalState.REJECTED, now) if self.state in LIVE else self

    def rejected(self, now: datetime) -> ProvisionalAccount:
        """Identity could not open the account (K18). Means nothing unless it was activated."""
        if self.state is not ProvisionalState.ACTIVATED:
            return self
        return self.ended(ProvisionalState.REJECTED, now)

    def ended(self, state: ProvisionalState, now: datetime) -> ProvisionalAccount:
        """It ends in `state`, one of ENDED, and everything personal is wiped; its account ID is free."""
        wiped = replace(self, account_id=None, password_hash=None, email_address=None, nickname=None)
        return replace(wiped, state=state, ended_at=now)

    def new_account(self) -> ChosenAccount:
        """What identity opens the account with. ValueError once it is wiped."""
        return ChosenAccount(
            password_hash=_kept(self.password_hash),
            email_address=_kept(self.email_address),
            nickname=_kept(self.nickname),
        )

    def kept_account_id(self) -> AccountId:
        """The account ID as it was typed. ValueError once it is wiped."""
        return _kept(self.account_id)

    def kept_activated_at(self) -> datetime:
        """When it was activated. ValueError if it was not."""
        return _kept(self.activated_at)


def _kept(value: _Value | None) -> _Value:
    if value is None:
        raise ValueError("this part of the registration is wiped, or was never there")
    return value


def require_known(account: ProvisionalAccount | None) -> ProvisionalAccount:
    """The account that was asked for. Raises ACTIVATION_UNKNOWN if there is none."""
    if account is None:
        raise Refusal(RefusalCode.ACTIVATION_UNKNOWN)
    return account
