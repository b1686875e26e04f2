"""2段階認証, as the pages ask identity for it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.security.sealing import Sealed, Sealer, Unsealer, new_sealing_keys
from gateway.backend.calls import REGISTER_WAIT, SHORT_WAIT, USUAL_WAIT, Calls
from messages.identity import SessionShown
from messages.second_factor import (
    AddSecondFactor,
    BeginSecondFactorSetup,
    FinishLogIn,
    OneTimeSecret,
    PasswordAndCode,
    PasswordForSetup,
    RecoveryCodes,
    RemakeRecoveryCodes,
    RemoveSecondFactor,
    SecondFactorShown,
    ShowSecondFactor,
    ShowSecondFactorSetup,
    TypedCode,
)
from messages.values import Device, SecondFactorCode


class SecondFactorClient:
    """The second page of a log-in, and what customers set up behind it."""

    def __init__(self, calls: Calls, sealer: Sealer) -> None:
        self._calls = calls
        self._sealer = sealer

    async def finish_log_in(
        self,
        session_token_hash: str,
        form_key: UUID,
        code: SecondFactorCode,
        *,
        client_network: str,
        device: Device,
        device_token_hash: str,
    ) -> SessionShown:
        """[ログイン] of the second page."""
        command = FinishLogIn(
            session_token_hash=session_token_hash,
            form_key=form_key,
            client_network=client_network,
            code=self._sealed_code(code, session_token_hash),
            device=device,
            device_token_hash=device_token_hash,
        )
        return await self._calls.call(command, within=USUAL_WAIT)

    async def show(self, session_token_hash: str) -> SecondFactorShown:
        """Whether it is on."""
        return await self._calls.call(
            ShowSecondFactor(session_token_hash=session_token_hash), within=SHORT_WAIT
        )

    async def begin_setup(self, session_token_hash: str, *, password: str) -> None:
        """[設定を始める]."""
        content = PasswordForSetup(password=password)
        sealed = self._sealer.seal(content, to="identity", bound_to=session_token_hash)
        command = BeginSecondFactorSetup(session_token_hash=session_token_hash, password=sealed)
        await self._calls.call(command, within=USUAL_WAIT)

    async def show_setup(self, session_token_hash: str) -> str:
        """The secret that waits for its first code. Only this question's own key opens the answer."""
        private, public = new_sealing_keys()
        query = ShowSecondFactorSetup(session_token_hash=session_token_hash, answer_key=public)
        shown = await self._calls.call(query, within=USUAL_WAIT)
        return Unsealer([private]).open(shown.secret, OneTimeSecret, bound_to=session_token_hash).secret

    async def add(
        self,
        session_token_hash: str,
        form_key: UUID,
        code: SecondFactorCode,
        *,
        client_network: str,
        device: Device,
    ) -> Sequence[SecondFactorCode]:
        """[有効にする]: the recovery codes."""
        private, public = new_sealing_keys()
        command = AddSecondFactor(
            session_token_hash=session_token_hash,
            form_key=form_key,
            client_network=client_network,
            code=self._sealed_code(code, session_token_hash),
            answer_key=public,
            device=device,
        )
        made = await self._calls.call(command, within=USUAL_WAIT)
        return Unsealer([private]).open(made.codes, RecoveryCodes, bound_to=session_token_hash).codes

    async def remake_recovery_codes(
        self,
        session_token_hash: str,
        form_key: UUID,
        proof: PasswordAndCode,
        *,
        client_network: str,
        device: Device,
    ) -> Sequence[SecondFactorCode]:
        """[回復コードを作り直す]: the new ones."""
        private, public = new_sealing_keys()
        command = RemakeRecoveryCodes(
            session_token_hash=session_token_hash,
            form_key=form_key,
            client_network=client_network,
            proof=self._sealer.seal(proof, to="identity", bound_to=session_token_hash),
            answer_key=public,
            device=device,
        )
        made = await self._calls.call(command, within=REGISTER_WAIT)
        return Unsealer([private]).open(made.codes, RecoveryCodes, bound_to=session_token_hash).codes

    async def remove(
        self, session_token_hash: str, proof: PasswordAndCode, *, client_network: str, device: Device
    ) -> None:
        """[解除する]."""
        command = RemoveSecondFactor(
            session_token_hash=session_token_hash,
            client_network=client_network,
            proof=self._sealer.seal(proof, to="identity", bound_to=session_token_hash),
            device=device,
        )
        await self._calls.call(command, within=REGISTER_WAIT)

    def _sealed_code(self, code: SecondFactorCode, session_token_hash: str) -> Sealed[TypedCode]:
        return self._sealer.seal(TypedCode(code=code), to="identity", bound_to=session_token_hash)
