"""アカウント設定, as the pages ask identity for it."""

from __future__ import annotations

from uuid import UUID

from chassis.security.sealing import Sealer, Unsealer, new_sealing_keys
from gateway.backend.calls import REGISTER_WAIT, SHORT_WAIT, USUAL_WAIT, Calls
from messages.account_settings import (
    AskAddressChange,
    ChangeNickname,
    ChangePassword,
    ChosenNickname,
    ConfirmAddressChange,
    LeaveAccount,
    OwnAccount,
    PasswordChange,
    ShowAddressChange,
    ShowOwnAccount,
    TypedPassword,
    UndoAddressChange,
    WantedAddress,
)
from messages.data_export import DataExported, ExportData, KeptData
from messages.values import EmailAddress, Nickname, Password


class OwnAccountClient:
    """What customers look up and change of their own accounts."""

    def __init__(self, calls: Calls, sealer: Sealer) -> None:
        self._calls = calls
        self._sealer = sealer

    async def show(self, session_token_hash: str) -> OwnAccount:
        """What the account says of its customer. Only this question's own key opens the answer."""
        private, public = new_sealing_keys()
        query = ShowOwnAccount(session_token_hash=session_token_hash, answer_key=public)
        shown = await self._calls.call(query, within=SHORT_WAIT)
        return Unsealer([private]).open(shown.account, OwnAccount, bound_to=session_token_hash)

    async def change_nickname(
        self, session_token_hash: str, nickname: Nickname, *, client_network: str
    ) -> None:
        """[ニックネームを変更する]."""
        sealed = self._sealer.seal(
            ChosenNickname(nickname=nickname), to="identity", bound_to=session_token_hash
        )
        command = ChangeNickname(
            session_token_hash=session_token_hash, client_network=client_network, chosen=sealed
        )
        await self._calls.call(command, within=USUAL_WAIT)

    async def ask_address_change(
        self,
        session_token_hash: str,
        *,
        form_key: UUID,
        next_token_hash: str,
        email_address: EmailAddress,
        password: str,
        client_network: str,
    ) -> bool:
        """[確認のメールを送る]. Whether the session has its next token now."""
        wanted = WantedAddress(email_address=email_address, password=password)
        sealed = self._sealer.seal(wanted, to="identity", bound_to=session_token_hash)
        command = AskAddressChange(
            session_token_hash=session_token_hash,
            client_network=client_network,
            wanted=sealed,
            next_token_hash=next_token_hash,
            form_key=form_key,
        )
        return (await self._calls.call(command, within=USUAL_WAIT)).session_renewed

    async def show_address_change(
        self, session_token_hash: str, link_token_hash: str, *, client_network: str
    ) -> None:
        """Whether the link of the mail would work in that session."""
        query = ShowAddressChange(
            session_token_hash=session_token_hash,
            link_token_hash=link_token_hash,
            client_network=client_network,
        )
        await self._calls.call(query, within=USUAL_WAIT)

    async def confirm_address_change(
        self, session_token_hash: str, link_token_hash: str, *, client_network: str
    ) -> None:
        """[変更する]."""
        command = ConfirmAddressChange(
            session_token_hash=session_token_hash,
            client_network=client_network,
            link_token_hash=link_token_hash,
        )
        await self._calls.call(command, within=USUAL_WAIT)

    async def undo_address_change(self, undo_token_hash: str, *, client_network: str) -> None:
        """[元に戻す]."""
        command = UndoAddressChange(undo_token_hash=undo_token_hash, client_network=client_network)
        await self._calls.call(command, within=USUAL_WAIT)

    async def leave(self, session_token_hash: str, *, password: str, client_network: str) -> None:
        """[退会する]."""
        sealed = self._sealer.seal(
            TypedPassword(password=password), to="identity", bound_to=session_token_hash
        )
        command = LeaveAccount(
            session_token_hash=session_token_hash, client_network=client_network, password=sealed
        )
        await self._calls.call(command, within=USUAL_WAIT)

    async def change_password(
        self, session_token_hash: str, *, password: str, new_password: Password, client_network: str
    ) -> None:
        """[変更する] of パスワードの変更."""
        passwords = PasswordChange(password=password, new_password=new_password)
        sealed = self._sealer.seal(passwords, to="identity", bound_to=session_token_hash)
        command = ChangePassword(
            session_token_hash=session_token_hash, client_network=client_network, passwords=sealed
        )
        await self._calls.call(command, within=REGISTER_WAIT)

    async def export(
        self, session_token_hash: str, form_key: UUID, *, password: str, client_network: str
    ) -> tuple[KeptData, DataExported]:
        """[ダウンロードする]: what identity keeps of the customer, and its reply. Only this question's own
        key opens the answer.
        """
        private, public = new_sealing_keys()
        sealed = self._sealer.seal(
            TypedPassword(password=password), to="identity", bound_to=session_token_hash
        )
        command = ExportData(
            session_token_hash=session_token_hash,
            client_network=client_network,
            form_key=form_key,
            password=sealed,
            answer_key=public,
        )
        exported = await self._calls.call(command, within=USUAL_WAIT)
        kept = Unsealer([private]).open(exported.data, KeptData, bound_to=session_token_hash)
        return kept, exported
