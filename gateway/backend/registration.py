"""The services as the pages see them: one method per request, which seals what only the recipient may read.

Every method may raise Refusal (an expected no) and ServiceTrouble (nobody there, no answer in time, a fault).
"""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from chassis.messaging.message import Answer, Request
from chassis.security.sealing import Sealed, Sealer
from chassis.security.tokens import new_key
from messages.billing import ChargesListed, ListCharges, ShowStatement, StatementShown
from messages.identity import (
    ContractVerified,
    Credentials,
    HolderDetails,
    LogIn,
    LoginTicket,
    LogInWithProof,
    LogOut,
    SessionShown,
    ShowSession,
    VerifyContract,
)
from messages.registration import (
    Activate,
    Activated,
    ActivationShown,
    CheckAccountId,
    CheckProvisionalPassword,
    ChosenPassword,
    PersonalDetails,
    ProvisionalAccountShown,
    RegisterProvisionally,
    ShowActivation,
    ShowProvisionalAccount,
    TypedPassword,
)
from messages.values import AccountId, BillingMonth, Password

_USUAL = 3.0  # seconds until a page gives up
_LISTS = 2.0
_ASIDE = 1.5  # what a page can do without


class Calls(Protocol):
    """What asks a service and waits for the answer."""

    async def call(self, request: Request[Answer], *, within: float) -> Answer:
        """The answer, within that many seconds."""


class Backend:
    """Asks identity, registration and billing."""

    def __init__(self, calls: Calls, sealer: Sealer) -> None:
        self._calls = calls
        self._sealer = sealer

    async def verify_contract(
        self, holder: HolderDetails, *, browser_token_hash: str, client_network: str
    ) -> ContractVerified:
        """[認証]."""
        sealed = self._sealer.seal(holder, to="identity", bound_to=browser_token_hash)
        request = VerifyContract(
            browser_token_hash=browser_token_hash, client_network=client_network, holder=sealed
        )
        return await self._calls.call(request, within=_USUAL)

    async def is_account_id_free(self, account_id: AccountId, verification_proof: str) -> bool:
        """[IDチェック]."""
        request = CheckAccountId(account_id=account_id, verification_proof=verification_proof)
        return (await self._calls.call(request, within=_USUAL)).available

    def seal_chosen_password(self, password: Password, registration_key: UUID) -> Sealed[ChosenPassword]:
        """The form in which a password waits for [仮登録する]. Asks nobody."""
        return self._sealer.seal(
            ChosenPassword(password=password), to="registration", bound_to=registration_key
        )

    async def register_provisionally(
        self,
        registration_key: UUID,
        *,
        proof: str,
        account_id: AccountId,
        password: Sealed[ChosenPassword],
        personal: PersonalDetails,
    ) -> None:
        """[仮登録する]. May be repeated with the same key and content."""
        request = RegisterProvisionally(
            registration_key=registration_key,
            verification_proof=proof,
            account_id=account_id,
            password=password,
            personal=self._sealer.seal(personal, to="registration", bound_to=registration_key),
        )
        await self._calls.call(request, within=_USUAL)

    async def show_provisional_account(self, registration_key: UUID) -> ProvisionalAccountShown:
        """Has the mail left? The page can do without the answer, so it does not wait long."""
        return await self._calls.call(
            ShowProvisionalAccount(registration_key=registration_key), within=_ASIDE
        )

    async def show_activation(self, activation_token_hash: str) -> ActivationShown:
        """Is the link alive?"""
        return await self._calls.call(
            ShowActivation(activation_token_hash=activation_token_hash), within=_USUAL
        )

    async def activate(
        self, activation_token_hash: str, *, password: str, login_ticket_hash: str
    ) -> Activated:
        """[本登録する]."""
        sealed = self._sealer.seal(
            TypedPassword(password=password), to="registration", bound_to=activation_token_hash
        )
        request = Activate(
            activation_token_hash=activation_token_hash, login_ticket_hash=login_ticket_hash, password=sealed
        )
        return await self._calls.call(request, within=_USUAL)

    async def is_provisional(self, account_id: AccountId, password: str) -> bool:
        """Whether ID and password are right for an account whose 本登録 is still to do (Q18)."""
        nonce = new_key()
        sealed = self._sealer.seal(TypedPassword(password=password), to="registration", bound_to=nonce)
        request = CheckProvisionalPassword(nonce=nonce, account_id=account_id, password=sealed)
        return (await self._calls.call(request, within=_ASIDE)).right

    async def log_in(
        self, session_token_hash: str, *, account_id: str, password: str, client_network: str
    ) -> SessionShown:
        """[ログイン]."""
        credentials = Credentials(account_id=account_id, password=password)
        sealed = self._sealer.seal(credentials, to="identity", bound_to=session_token_hash)
        request = LogIn(
            session_token_hash=session_token_hash, client_network=client_network, credentials=sealed
        )
        return await self._calls.call(request, within=_USUAL)

    async def log_in_with_proof(
        self, session_token_hash: str, *, login_proof: str, ticket: str
    ) -> SessionShown:
        """[そのままログイン]."""
        sealed = self._sealer.seal(LoginTicket(ticket=ticket), to="identity", bound_to=session_token_hash)
        request = LogInWithProof(
            session_token_hash=session_token_hash, login_proof=login_proof, ticket=sealed
        )
        return await self._calls.call(
            request, within=_USUAL + 1
        )  # identity itself waits up to 3 s for AccountActivated

    async def show_session(self, session_token_hash: str) -> SessionShown:
        """Whose session is this? Keeps it alive."""
        return await self._calls.call(ShowSession(session_token_hash=session_token_hash), within=_USUAL)

    async def log_out(self, session_token_hash: str) -> None:
        """[ログアウト]."""
        await self._calls.call(LogOut(session_token_hash=session_token_hash), within=_USUAL)

    async def list_charges(self, session_assertion: str) -> ChargesListed:
        """ご利用料金の一覧."""
        return await self._calls.call(ListCharges(session_assertion=session_assertion), within=_LISTS)

    async def show_statement(self, session_assertion: str, month: BillingMonth) -> StatementShown:
        """ご利用料金の明細."""
        return await self._calls.call(
            ShowStatement(session_assertion=session_assertion, billing_month=month), within=_LISTS
        )
