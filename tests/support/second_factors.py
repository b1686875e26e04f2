"""A customer with an authenticator application, and the pages that he goes through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pyotp import TOTP

from chassis.messaging.refusal import Refusal
from chassis.security.sealing import Sealer, Unsealer, new_sealing_keys
from chassis.security.tokens import new_key, new_token, token_hash
from messages.account_notices import AccountChange, AccountChanged
from messages.identity import SessionShown
from messages.second_factor import (
    AddSecondFactor,
    BeginSecondFactorSetup,
    FinishLogIn,
    OneTimeSecret,
    PasswordAndCode,
    PasswordForSetup,
    RecoveryCodes,
    RecoveryCodesMade,
    RefusalCode,
    RemakeRecoveryCodes,
    RemoveSecondFactor,
    SecondFactorShown,
    ShowSecondFactor,
    ShowSecondFactorSetup,
    TypedCode,
)
from messages.values import Device, SecondFactorCode
from services.identity.second_factor.add_second_factor import add_second_factor
from services.identity.second_factor.begin_second_factor_setup import begin_second_factor_setup
from services.identity.second_factor.finish_log_in import finish_log_in
from services.identity.second_factor.remake_recovery_codes import remake_recovery_codes
from services.identity.second_factor.remove_second_factor import remove_second_factor
from services.identity.second_factor.show_second_factor import show_second_factor
from services.identity.second_factor.show_second_factor_setup import show_second_factor_setup
from support.identity_harness import KEYS, PASSWORD, Harness, received


def code_of(secret: str, *, later: int = 0) -> str:
    """What the application shows, or will show so many steps later."""
    return TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * later))


def not_the_code_of(secret: str) -> str:
    """Six digits of no step near by."""
    near = {code_of(secret, later=step) for step in range(-3, 4)}
    return next(code for code in (f"{number:06d}" for number in range(8)) if code not in near)


class TwoStepCustomer:
    """Somebody with the account Taro-01, or another, and an application on his telephone."""

    def __init__(self, harness: Harness, *, account_id: str = "Taro-01") -> None:
        self.harness, self.account_id = harness, account_id
        self.secret = ""
        self.recovery_codes: tuple[SecondFactorCode, ...] = ()
        self._sealer = Sealer(KEYS.sealing_public)

    def code(self, *, later: int = 0) -> str:
        """What his application shows."""
        return code_of(self.secret, later=later)

    @property
    def wrong(self) -> str:
        """A code that it does not show."""
        return not_the_code_of(self.secret)

    async def open_sessions(self) -> int:
        """How many there are, but for the one of 設定."""
        rows = await self.harness.run("SELECT FROM sessions WHERE session_token_hash <> 'session'")
        return len(rows)

    async def mails(self) -> list[AccountChange]:
        """What the holders were told of, oldest first."""
        return [each.change for each in await self.harness.said(AccountChanged)]

    async def audited(self, kind: str) -> int:
        """How many entries of that kind there are."""
        return len(await self.harness.run("SELECT FROM audit_entries WHERE kind = $1", kind))

    async def let_steps_pass(self) -> None:
        """The code that was taken last is long ago."""
        await self.harness.run("UPDATE second_factors SET last_step = 0")

    async def begin(self, *, session: str = "session", password: str = PASSWORD) -> None:
        """[設定を始める]."""
        sealed = self._sealer.seal(PasswordForSetup(password=password), to="identity", bound_to=session)
        command = BeginSecondFactorSetup(session_token_hash=session, password=sealed)
        await begin_second_factor_setup(self.harness.service, command, received())

    async def read_secret(self, *, session: str = "session") -> str:
        """The QR code."""
        private, public = new_sealing_keys()
        query = ShowSecondFactorSetup(session_token_hash=session, answer_key=public)
        shown = await show_second_factor_setup(self.harness.service, query, received())
        opener = Unsealer([private])
        self.secret = opener.open(shown.secret, OneTimeSecret, bound_to=session).secret
        return self.secret

    async def add(
        self, *, session: str = "session", code: str | None = None, form_key: UUID | None = None
    ) -> tuple[SecondFactorCode, ...]:
        """[有効にする]."""
        typed = TypedCode(code=SecondFactorCode(code or self.code()))
        private, public = new_sealing_keys()
        command = AddSecondFactor(
            session_token_hash=session,
            form_key=form_key or new_key(),
            client_network="network",
            code=self._sealer.seal(typed, to="identity", bound_to=session),
            answer_key=public,
        )
        made = await add_second_factor(self.harness.service, command, received())
        self.recovery_codes = _opened(made, private, session)
        return self.recovery_codes

    async def turn_on(self, *, session: str = "session") -> None:
        """Everything until it is on."""
        await self.begin(session=session)
        await self.read_secret(session=session)
        await self.add(session=session)
        await self.let_steps_pass()
        await self.harness.run("DELETE FROM outbox")

    async def show(self, *, session: str = "session") -> SecondFactorShown:
        """What 設定 shows."""
        query = ShowSecondFactor(session_token_hash=session)
        return await show_second_factor(self.harness.service, query, received())

    async def remake(
        self,
        code: str | None = None,
        *,
        session: str = "session",
        password: str = PASSWORD,
        form_key: UUID | None = None,
    ) -> tuple[SecondFactorCode, ...]:
        """[回復コードを作り直す]."""
        private, public = new_sealing_keys()
        command = RemakeRecoveryCodes(
            session_token_hash=session,
            form_key=form_key or new_key(),
            client_network="network",
            proof=self._proof(code, password, session),
            answer_key=public,
        )
        made = await remake_recovery_codes(self.harness.service, command, received())
        return _opened(made, private, session)

    async def remove(
        self, code: str | None = None, *, session: str = "session", password: str = PASSWORD
    ) -> None:
        """[解除する]."""
        command = RemoveSecondFactor(
            session_token_hash=session,
            client_network="network",
            proof=self._proof(code, password, session),
        )
        await remove_second_factor(self.harness.service, command, received())

    async def type_password(self, *, password: str = PASSWORD, **more: Any) -> str:
        """The first page of a log-in, after which the code is asked for: the hash that waits."""
        session = token_hash(new_token())
        with pytest.raises(Refusal) as asked:
            await self.harness.log_in(self.account_id, password, session=session, **more)
        assert asked.value.code == RefusalCode.SECOND_FACTOR_ASKED
        return session

    async def type_code(
        self,
        session: str,
        code: str | None = None,
        *,
        form_key: UUID | None = None,
        network: str = "network",
        device: str | None = None,
        device_token_hash: str = "",
    ) -> SessionShown:
        """The second page."""
        typed = TypedCode(code=SecondFactorCode(code or self.code()))
        command = FinishLogIn(
            session_token_hash=session,
            form_key=form_key or new_key(),
            client_network=network,
            code=self._sealer.seal(typed, to="identity", bound_to=session),
            device=Device(device) if device else None,
            device_token_hash=device_token_hash,
        )
        return await finish_log_in(self.harness.service, command, received())

    def _proof(self, code: str | None, password: str, session: str) -> Any:
        proof = PasswordAndCode(password=password, code=SecondFactorCode(code or self.code()))
        return self._sealer.seal(proof, to="identity", bound_to=session)


def _opened(made: RecoveryCodesMade, private: str, session: str) -> tuple[SecondFactorCode, ...]:
    return Unsealer([private]).open(made.codes, RecoveryCodes, bound_to=session).codes


async def a_two_step_customer(harness: Harness) -> TwoStepCustomer:
    """With a second factor; his session of 設定 is still open."""
    await harness.given_account()
    await harness.log_in(session="session")
    customer = TwoStepCustomer(harness)
    await customer.turn_on()
    return customer


async def ended_in(attempt: Any) -> str:
    """The refusal, or that a session was shown."""
    try:
        return "session" if isinstance(await attempt, SessionShown) else "?"
    except Refusal as refusal:
        return refusal.code
