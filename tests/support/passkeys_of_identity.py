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
from messages.second_factor import TypedCode
from messages.values import Device, PasskeyName, SecondFactorCode
from services.identity.passkeys.add_passkey import add_passkey
from services.identity.passkeys.domain import user_handle
from services.identity.passkeys.log_in_with_passkey import log_in_with_passkey
from services.identity.passkeys.offer_passkey import offer_passkey
from services.identity.passkeys.remove_passkey import remove_passkey
from services.identity.passkeys.show_passkeys import show_passkeys
from support.identity_harness import KEYS, PASSWORD, Harness, received
from support.software_authenticator import ORIGIN, SoftwareAuthenticator

_SEALER = Sealer(KEYS.sealing_public)


@dataclass(frozen=True)
class OfferForm:
    """The form of [パスキーを登録する], with what the gateway made for it."""

    session: str
    next_token_hash: str
    challenge: str

    @classmethod
    def of(cls, session: str) -> OfferForm:
        """A new one, shown in that session."""
        return cls(session, token_hash(new_token()), new_token())


@dataclass
class PasskeyOwner:
    """A customer who is logged in, in `session`."""

    harness: Harness
    session: str = "session"

    async def offer(self, password: str = PASSWORD, *, code: str | None = None) -> str:
        """[パスキーを登録する]; the challenge. His session goes on under its next token."""
        form = OfferForm.of(self.session)
        await self.press(form, password, code=code)
        self.session = form.next_token_hash
        return form.challenge

    async def press(self, form: OfferForm, password: str = PASSWORD, *, code: str | None = None) -> None:
        """The same button, of a form that may be sent again."""
        sealed_code = None
        if code is not None:
            typed = TypedCode(code=SecondFactorCode(code))
            sealed_code = _SEALER.seal(typed, to="identity", bound_to=form.session)
        command = OfferPasskey(
            session_token_hash=form.session,
            next_token_hash=form.next_token_hash,
            client_network="network",
            challenge_hash=token_hash(form.challenge),
            password=_SEALER.seal(TypedPassword(password=password), to="identity", bound_to=form.session),
            code=sealed_code,
        )
        await offer_passkey(self.harness.service, command, received())

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
        """Those that パスキー shows."""
        return (await self.shown()).passkeys

    async def shown(self) -> OwnPasskeys:
        """What パスキー shows."""
        private, public = new_sealing_keys()
        query = ShowPasskeys(session_token_hash=self.session, answer_key=public)
        shown = await show_passkeys(self.harness.service, query, received())
        return Unsealer([private]).open(shown.own, OwnPasskeys, bound_to=self.session)

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
