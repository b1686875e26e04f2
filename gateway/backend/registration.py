"""Registration, as the pages ask it."""

from __future__ import annotations

from uuid import UUID

from chassis.security.sealing import Sealed, Sealer
from gateway.backend.calls import REGISTER_WAIT, SHORT_WAIT, USUAL_WAIT, Calls
from messages.registration import (
    Activate,
    Activated,
    ActivationShown,
    CheckAccountId,
    CheckProvisionalPassword,
    ChosenPassword,
    PersonalDetails,
    ProvisionalAccountShown,
    ProvisionalPasswordChecked,
    RegisterProvisionally,
    ShowActivation,
    ShowProvisionalAccount,
    TypedPassword,
)
from messages.values import AccountId, Password


class RegistrationClient:
    """Account IDs, provisional accounts and their activation."""

    def __init__(self, calls: Calls, sealer: Sealer) -> None:
        self._calls = calls
        self._sealer = sealer

    async def is_account_id_free(self, account_id: AccountId, verification_proof: str) -> bool:
        """[IDチェック]."""
        request = CheckAccountId(account_id=account_id, verification_proof=verification_proof)
        checked = await self._calls.call(request, within=USUAL_WAIT)
        return checked.available

    def seal_chosen_password(self, password: Password, registration_key: UUID) -> Sealed[ChosenPassword]:
        """The form in which a password waits for [仮登録する]. Asks nobody."""
        return self._sealer.seal(
            ChosenPassword(password=password), to="registration", bound_to=registration_key
        )

    async def register_provisionally(
        self,
        registration_key: UUID,
        *,
        revision: int,
        proof: str,
        account_id: AccountId,
        password: Sealed[ChosenPassword],
        personal: PersonalDetails,
    ) -> UUID:
        """[仮登録する]: the key of the registration. May be repeated, with the same content or with
        another, whose `revision` is higher.
        """
        request = RegisterProvisionally(
            registration_key=registration_key,
            revision=revision,
            verification_proof=proof,
            account_id=account_id,
            password=password,
            personal=self._sealer.seal(personal, to="registration", bound_to=registration_key),
        )
        accepted = await self._calls.call(request, within=REGISTER_WAIT)
        return accepted.registration_key

    async def show_provisional_account(self, registration_key: UUID) -> ProvisionalAccountShown:
        """Has the mail left? The page can do without the answer, so it does not wait long."""
        request = ShowProvisionalAccount(registration_key=registration_key)
        return await self._calls.call(request, within=SHORT_WAIT)

    async def show_activation(
        self, activation_token_hash: str, *, login_ticket_hash: str, client_network: str
    ) -> ActivationShown:
        """Is the link alive, or was it this browser that used it?"""
        request = ShowActivation(
            activation_token_hash=activation_token_hash,
            login_ticket_hash=login_ticket_hash,
            client_network=client_network,
        )
        return await self._calls.call(request, within=USUAL_WAIT)

    async def activate(
        self, activation_token_hash: str, *, password: str, login_ticket_hash: str, client_network: str
    ) -> Activated:
        """[本登録する]."""
        sealed = self._sealer.seal(
            TypedPassword(password=password), to="registration", bound_to=activation_token_hash
        )
        request = Activate(
            activation_token_hash=activation_token_hash,
            login_ticket_hash=login_ticket_hash,
            password=sealed,
            client_network=client_network,
        )
        return await self._calls.call(request, within=USUAL_WAIT)

    def seal_typed_password(self, password: str, nonce: UUID) -> Sealed[TypedPassword]:
        """The form in which a password waits for its account. Asks nobody."""
        return self._sealer.seal(TypedPassword(password=password), to="registration", bound_to=nonce)

    async def check_provisional_password(
        self, account_id: AccountId, password: Sealed[TypedPassword], nonce: UUID
    ) -> ProvisionalPasswordChecked:
        """Are ID and password right for an account that is not there yet (Q18)?"""
        request = CheckProvisionalPassword(nonce=nonce, account_id=account_id, password=password)
        return await self._calls.call(request, within=SHORT_WAIT)
