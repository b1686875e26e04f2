"""Identity, as the pages ask it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from chassis.security.sealing import Sealed, Sealer, Unsealer, new_sealing_keys
from gateway.backend.calls import REGISTER_WAIT, SHORT_WAIT, USUAL_WAIT, Calls
from messages.contract_shown import HolderShown, ShowContract
from messages.enrolment import AccessRenewed, RenewAccess, RenewedAccess
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
from messages.login_history import LoginHistoryShown, ShowLoginHistory
from messages.own_sessions import EndOtherSessions, EndOwnSession, OwnSessionsShown, ShowOwnSessions
from messages.recovery import (
    AskForAccountIds,
    AskForPasswordReset,
    ForgottenAccountId,
    ForgottenPassword,
    NewPassword,
    PasswordResetShown,
    PasswordWasReset,
    ResetPassword,
    ShowPasswordReset,
)
from messages.values import CustomerNumber, Device, HolderKana, Password

_PROOF_WAIT = USUAL_WAIT + 1  # identity itself waits up to 3 s for AccountActivated


@dataclass(frozen=True)
class ContractOfCustomer:
    """Of whoever is logged in. The name is None until an import brought it."""

    customer_number: CustomerNumber
    holder_kana: HolderKana | None = field(repr=False)


class IdentityClient:
    """Contracts, logins and sessions."""

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
        return await self._calls.call(request, within=USUAL_WAIT)

    def seal_credentials(
        self, session_token_hash: str, *, account_id: str, password: str
    ) -> Sealed[Credentials]:
        """The form in which ID and password travel, and wait for an account. Asks nobody."""
        credentials = Credentials(account_id=account_id, password=password)
        return self._sealer.seal(credentials, to="identity", bound_to=session_token_hash)

    async def log_in(
        self,
        session_token_hash: str,
        credentials: Sealed[Credentials],
        *,
        client_network: str,
        device: Device,
        device_token_hash: str,
        device_marks: tuple[str, ...],
        asked_before: bool = False,
    ) -> SessionShown:
        """[ログイン]."""
        request = LogIn(
            session_token_hash=session_token_hash,
            client_network=client_network,
            credentials=credentials,
            asked_before=asked_before,
            device=device,
            device_token_hash=device_token_hash,
            device_marks=device_marks,
        )
        return await self._calls.call(request, within=USUAL_WAIT)

    async def log_in_with_proof(
        self,
        session_token_hash: str,
        *,
        login_proof: str,
        ticket: str,
        client_network: str,
        device: Device,
        device_token_hash: str,
    ) -> SessionShown:
        """[そのままログイン]."""
        sealed = self._sealer.seal(LoginTicket(ticket=ticket), to="identity", bound_to=session_token_hash)
        request = LogInWithProof(
            session_token_hash=session_token_hash,
            login_proof=login_proof,
            ticket=sealed,
            client_network=client_network,
            device=device,
            device_token_hash=device_token_hash,
        )
        return await self._calls.call(request, within=_PROOF_WAIT)

    async def show_session(self, session_token_hash: str) -> SessionShown:
        """Whose session is this? Keeps it alive."""
        request = ShowSession(session_token_hash=session_token_hash)
        return await self._calls.call(request, within=USUAL_WAIT)

    async def show_contract(self, session_token_hash: str) -> ContractOfCustomer:
        """ご契約内容. Only this question's own key opens the answer."""
        private, public = new_sealing_keys()
        request = ShowContract(session_token_hash=session_token_hash, answer_key=public)
        shown = await self._calls.call(request, within=SHORT_WAIT)
        opener = Unsealer([private])
        holder = opener.open(shown.holder, HolderShown, bound_to=session_token_hash)
        return ContractOfCustomer(shown.customer_number, holder.holder_kana)

    async def renew_access(
        self, form_key: UUID, asked: RenewedAccess, *, client_network: str, device: Device
    ) -> AccessRenewed:
        """[設定する], with a code of the desk."""
        request = RenewAccess(
            form_key=form_key,
            client_network=client_network,
            asked=self._sealer.seal(asked, to="identity", bound_to=form_key),
            device=device,
        )
        return await self._calls.call(request, within=USUAL_WAIT)

    async def show_login_history(self, session_token_hash: str) -> LoginHistoryShown:
        """ログイン履歴."""
        request = ShowLoginHistory(session_token_hash=session_token_hash)
        return await self._calls.call(request, within=SHORT_WAIT)

    async def show_own_sessions(self, session_token_hash: str) -> OwnSessionsShown:
        """ログイン中の端末."""
        request = ShowOwnSessions(session_token_hash=session_token_hash)
        return await self._calls.call(request, within=SHORT_WAIT)

    async def end_own_session(
        self, session_token_hash: str, session_key: UUID, *, client_network: str
    ) -> None:
        """[この端末をログアウトする]."""
        request = EndOwnSession(
            session_token_hash=session_token_hash, client_network=client_network, session_key=session_key
        )
        await self._calls.call(request, within=USUAL_WAIT)

    async def end_other_sessions(self, session_token_hash: str, *, client_network: str) -> None:
        """[ほかのすべての端末をログアウトする]."""
        request = EndOtherSessions(session_token_hash=session_token_hash, client_network=client_network)
        await self._calls.call(request, within=USUAL_WAIT)

    async def log_out(self, session_token_hash: str) -> None:
        """[ログアウト]."""
        await self._calls.call(LogOut(session_token_hash=session_token_hash), within=USUAL_WAIT)

    async def ask_for_password_reset(
        self, form_key: UUID, forgotten: ForgottenPassword, *, client_network: str
    ) -> None:
        """[メールを送る] of パスワードを忘れた方; the answer is the same whatever was found."""
        sealed = self._sealer.seal(forgotten, to="identity", bound_to=form_key)
        request = AskForPasswordReset(form_key=form_key, client_network=client_network, forgotten=sealed)
        await self._calls.call(request, within=USUAL_WAIT)

    async def ask_for_account_ids(
        self, form_key: UUID, forgotten: ForgottenAccountId, *, client_network: str
    ) -> None:
        """[メールを送る] of アカウントIDを忘れた方."""
        sealed = self._sealer.seal(forgotten, to="identity", bound_to=form_key)
        request = AskForAccountIds(form_key=form_key, client_network=client_network, forgotten=sealed)
        await self._calls.call(request, within=USUAL_WAIT)

    async def show_password_reset(self, reset_token_hash: str, *, client_network: str) -> PasswordResetShown:
        """The link in the mail. Changes nothing."""
        query = ShowPasswordReset(reset_token_hash=reset_token_hash, client_network=client_network)
        return await self._calls.call(query, within=USUAL_WAIT)

    async def reset_password(
        self, reset_token_hash: str, browser_token_hash: str, password: Password, *, client_network: str
    ) -> PasswordWasReset:
        """[パスワードを変更する]."""
        sealed = self._sealer.seal(NewPassword(password=password), to="identity", bound_to=reset_token_hash)
        request = ResetPassword(
            reset_token_hash=reset_token_hash,
            browser_token_hash=browser_token_hash,
            client_network=client_network,
            password=sealed,
        )
        return await self._calls.call(request, within=REGISTER_WAIT)
