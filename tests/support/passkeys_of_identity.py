"""What a customer does with passkeys, said to identity as the gateway says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chassis.security.sealing import Sealer, Unsealer, new_sealing_keys
from chassis.security.tokens import new_token, token_hash
from messages.account_settings import TypedPassword
from messages.identity import SessionShown
from messages.passkeys import (
    AddPasskey,
    LogInWithPasskey,
    MadePasskey,
    OfferPasskey,
    OwnPasskey,
    OwnPasskeys,
    RemovePasskey,
    ShowPasskeys,
    SignedWithPasskey,
)
from messages.values import Device, PasskeyName
from services.identity.passkeys.add_passkey import add_passkey
from services.identity.passkeys.domain import user_handle
from services.identity.passkeys.log_in_with_passkey import log_in_with_passkey
from services.identity.passkeys.offer_passkey import offer_passkey
from services.identity.passkeys.remove_passkey import remove_passkey
from services.identity.passkeys.show_passkeys import show_passkeys
from support.identity_harness import KEYS, PASSWORD, Harness, received
from support.software_authenticator import ORIGIN, SoftwareAuthenticator

_SEALER = Sealer(KEYS.sealing_public)


@dataclass
class PasskeyOwner:
    """A customer who is logged in, in `session`."""

    harness: Harness
    session: str = "session"

    async def offer(self, password: str = PASSWORD) -> str:
        """[パスキーを登録する]; the challenge. His session goes on under its next token."""
        challenge, renewed_as = new_token(), token_hash(new_token())
        command = OfferPasskey(
            session_token_hash=self.session,
            next_token_hash=renewed_as,
            client_network="network",
            challenge_hash=token_hash(challenge),
            password=_SEALER.seal(TypedPassword(password=password), to="identity", bound_to=self.session),
        )
        await offer_passkey(self.harness.service, command, received())
        self.session = renewed_as
        return challenge

    async def add(
        self, challenge: str, credential: str, *, name: str = "わたしのスマートフォン", origin: str = ORIGIN
    ) -> None:
        """[パスキーを作成する]."""
        made = MadePasskey(challenge=challenge, credential=credential, name=PasskeyName(name))
        command = AddPasskey(
            session_token_hash=self.session,
            client_network="network",
            origin=origin,
            made=_SEALER.seal(made, to="identity", bound_to=self.session),
            device=Device("iphone/safari"),
        )
        await add_passkey(self.harness.service, command, received())

    async def authenticator(self, **given: Any) -> SoftwareAuthenticator:
        """One that knows the account, and has no passkey yet."""
        statement = "SELECT account_key FROM sessions WHERE session_token_hash = $1"
        [[account_key]] = await self.harness.run(statement, self.session)
        return SoftwareAuthenticator(user_handle(account_key), **given)

    async def with_passkey(self, **given: Any) -> SoftwareAuthenticator:
        """Offered, made and added."""
        authenticator = await self.authenticator(**given)
        challenge = await self.offer()
        await self.add(challenge, authenticator.make(challenge))
        await self.harness.run("DELETE FROM outbox")
        return authenticator

    async def own(self) -> tuple[OwnPasskey, ...]:
        """What パスキー shows."""
        private, public = new_sealing_keys()
        query = ShowPasskeys(session_token_hash=self.session, answer_key=public)
        shown = await show_passkeys(self.harness.service, query, received())
        return Unsealer([private]).open(shown.own, OwnPasskeys, bound_to=self.session).passkeys

    async def remove(self, passkey: OwnPasskey) -> None:
        """[削除する]."""
        command = RemovePasskey(
            session_token_hash=self.session, client_network="network", passkey_key=passkey.passkey_key
        )
        await remove_passkey(self.harness.service, command, received())


async def log_in_by(
    harness: Harness,
    credential: str,
    challenge: str,
    *,
    session: str | None = None,
    network: str = "network",
    origin: str = ORIGIN,
    **more: Any,
) -> SessionShown:
    """[パスキーでログイン]."""
    session = session or token_hash(new_token())
    signed = SignedWithPasskey(challenge=challenge, credential=credential)
    command = LogInWithPasskey(
        session_token_hash=session,
        client_network=network,
        origin=origin,
        signed=_SEALER.seal(signed, to="identity", bound_to=session),
        **more,
    )
    return await log_in_with_passkey(harness.service, command, received())
