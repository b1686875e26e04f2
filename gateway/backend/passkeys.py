"""Passkeys, as the pages ask identity about them."""

from __future__ import annotations

from uuid import UUID

from chassis.security.sealing import Sealer, Unsealer, new_sealing_keys
from gateway.backend.calls import SHORT_WAIT, USUAL_WAIT, Calls
from messages.account_settings import TypedPassword
from messages.identity import SessionShown
from messages.passkeys import (
    LONGEST_CREDENTIAL,
    AddPasskey,
    LogInWithPasskey,
    MadePasskey,
    OfferPasskey,
    OwnPasskeys,
    RemovePasskey,
    ShowPasskeys,
    SignedWithPasskey,
)
from messages.second_factor import TypedCode
from messages.values import Device, PasskeyName, SecondFactorCode


class PasskeyClient:
    """What customers do with theirs. A credential is whatever their browser sent: of one that is too long the
    beginning travels, which proves nothing.
    """

    def __init__(self, calls: Calls, sealer: Sealer) -> None:
        self._calls = calls
        self._sealer = sealer

    async def show(self, session_token_hash: str) -> OwnPasskeys:
        """Those of the session's account. Only this question's own key opens the answer."""
        private, public = new_sealing_keys()
        query = ShowPasskeys(session_token_hash=session_token_hash, answer_key=public)
        shown = await self._calls.call(query, within=SHORT_WAIT)
        return Unsealer([private]).open(shown.own, OwnPasskeys, bound_to=session_token_hash)

    async def offer(
        self,
        session_token_hash: str,
        *,
        next_token_hash: str,
        challenge_hash: str,
        password: str,
        code: SecondFactorCode | None,
        client_network: str,
        device: Device,
    ) -> bool:
        """[パスキーを登録する]. Whether the session has its next token now."""
        sealed_code = None
        if code is not None:
            sealed_code = self._sealer.seal(TypedCode(code=code), to="identity", bound_to=session_token_hash)
        sealed = self._sealer.seal(
            TypedPassword(password=password), to="identity", bound_to=session_token_hash
        )
        command = OfferPasskey(
            session_token_hash=session_token_hash,
            next_token_hash=next_token_hash,
            client_network=client_network,
            challenge_hash=challenge_hash,
            password=sealed,
            code=sealed_code,
            device=device,
        )
        return (await self._calls.call(command, within=USUAL_WAIT)).session_renewed

    async def add(
        self,
        session_token_hash: str,
        *,
        challenge: str,
        credential: str,
        name: PasskeyName,
        origin: str,
        client_network: str,
        device: Device,
    ) -> None:
        """[パスキーを作成する]."""
        made = MadePasskey(challenge=challenge, credential=credential[:LONGEST_CREDENTIAL], name=name)
        command = AddPasskey(
            session_token_hash=session_token_hash,
            client_network=client_network,
            origin=origin,
            made=self._sealer.seal(made, to="identity", bound_to=session_token_hash),
            device=device,
        )
        await self._calls.call(command, within=USUAL_WAIT)

    async def remove(self, session_token_hash: str, passkey_key: UUID, *, client_network: str) -> None:
        """[削除する]."""
        command = RemovePasskey(
            session_token_hash=session_token_hash, client_network=client_network, passkey_key=passkey_key
        )
        await self._calls.call(command, within=USUAL_WAIT)

    async def log_in(
        self,
        session_token_hash: str,
        *,
        challenge: str,
        credential: str,
        origin: str,
        client_network: str,
        device: Device,
        device_token_hash: str,
    ) -> SessionShown:
        """[パスキーでログイン]."""
        signed = SignedWithPasskey(challenge=challenge, credential=credential[:LONGEST_CREDENTIAL])
        command = LogInWithPasskey(
            session_token_hash=session_token_hash,
            client_network=client_network,
            origin=origin,
            signed=self._sealer.seal(signed, to="identity", bound_to=session_token_hash),
            device=device,
            device_token_hash=device_token_hash,
        )
        return await self._calls.call(command, within=USUAL_WAIT)
