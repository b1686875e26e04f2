"""Somebody forgot an ID or a password: what he asks of identity, and what his mail holds."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from chassis.security.sealing import Sealer, Unsealer
from chassis.security.tokens import new_key, token_hash
from messages.recovery import (
    AskForAccountIds,
    AskForPasswordReset,
    ForgottenAccountId,
    ForgottenPassword,
    LetterKind,
    NewPassword,
    PasswordResetShown,
    PasswordWasReset,
    RecoveryLetter,
    RecoveryLetterOrdered,
    ResetPassword,
    ShowPasswordReset,
)
from messages.values import EmailAddress, Password
from services.identity.recovery.ask_for_account_ids import ask_for_account_ids
from services.identity.recovery.ask_for_password_reset import ask_for_password_reset
from services.identity.recovery.reset_password import reset_password
from services.identity.recovery.show_password_reset import show_password_reset
from support.identity_harness import KEYS, Harness, received

ADDRESS = "taro@example.jp"
NEW_PASSWORD = "Zyxwvu98"


@dataclass(frozen=True)
class Forgetful:
    """Somebody with a browser, before identity."""

    harness: Harness
    network: str = "network"

    async def ask(
        self, account: str = "Taro-01", address: str = ADDRESS, *, form_key: UUID | None = None
    ) -> None:
        """[メールを送る] of パスワードを忘れた方."""
        key = form_key or new_key()
        typed = ForgottenPassword(account=account, email_address=EmailAddress(address))
        sealed = Sealer(KEYS.sealing_public).seal(typed, to="identity", bound_to=key)
        command = AskForPasswordReset(form_key=key, client_network=self.network, forgotten=sealed)
        await ask_for_password_reset(self.harness.service, command, received())

    async def ask_for_ids(self, address: str = ADDRESS, *, form_key: UUID | None = None) -> None:
        """[メールを送る] of アカウントIDを忘れた方."""
        key = form_key or new_key()
        typed = ForgottenAccountId(email_address=EmailAddress(address))
        sealed = Sealer(KEYS.sealing_public).seal(typed, to="identity", bound_to=key)
        command = AskForAccountIds(form_key=key, client_network=self.network, forgotten=sealed)
        await ask_for_account_ids(self.harness.service, command, received())

    async def letters(self) -> list[RecoveryLetter]:
        """What notification was told, oldest first, word for nobody included."""
        unsealer = Unsealer([KEYS.sealing_private["notification"]])
        return [
            unsealer.open(event.letter, RecoveryLetter, bound_to=event.letter_key)
            for event in await self.harness.said(RecoveryLetterOrdered)
        ]

    async def mails(self) -> list[RecoveryLetter]:
        """Those that become a mail."""
        return [letter for letter in await self.letters() if letter.kind is not LetterKind.NOBODY]

    async def given_link(self) -> str:
        """The token of a link that was sent to たろう just now."""
        await self.ask()
        return (await self.mails())[-1].reset_token

    async def open(self, token: str) -> PasswordResetShown:
        """The link in the mail."""
        query = ShowPasswordReset(reset_token_hash=token_hash(token), client_network=self.network)
        return await show_password_reset(self.harness.service, query, received())

    async def reset(
        self, token: str, password: str = NEW_PASSWORD, *, browser: str = "browser"
    ) -> PasswordWasReset:
        """[パスワードを変更する]."""
        sealed = Sealer(KEYS.sealing_public).seal(
            NewPassword(password=Password(password)), to="identity", bound_to=token_hash(token)
        )
        command = ResetPassword(
            reset_token_hash=token_hash(token),
            browser_token_hash=browser,
            client_network=self.network,
            password=sealed,
        )
        return await reset_password(self.harness.service, command, received())
