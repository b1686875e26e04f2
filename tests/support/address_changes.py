"""A customer who changes his mail address, and whatever reads his mailboxes."""

from __future__ import annotations

from uuid import UUID

import pytest

from chassis.messaging.message import Event
from chassis.messaging.refusal import Refusal
from chassis.security.sealing import Sealer, Unsealer
from chassis.security.tokens import token_hash
from messages.account_settings import (
    AddressChangeAsked,
    AddressChangeOrdered,
    AskAddressChange,
    ConfirmAddressChange,
    LinkMail,
    MailAddressChanged,
    ShowAddressChange,
    UndoAddressChange,
    WantedAddress,
)
from messages.values import EmailAddress
from services.identity.mail_address.ask_address_change import ask_address_change
from services.identity.mail_address.confirm_address_change import confirm_address_change
from services.identity.mail_address.show_address_change import show_address_change
from services.identity.mail_address.undo_address_change import undo_address_change
from support.identity_harness import KEYS, PASSWORD, Harness, received

OLD, NEW = "taro@example.jp", "new@example.jp"


class Customer:
    """Somebody who is logged in with the session "session", and reads both mailboxes."""

    def __init__(self, harness: Harness, network: str = "network") -> None:
        self.harness = harness
        self.network = network

    async def ask(
        self,
        address: str = NEW,
        *,
        password: str = PASSWORD,
        session: str = "session",
        next_token: str | None = None,
        form_key: UUID | None = None,
    ) -> AddressChangeAsked:
        """[確認のメールを送る]; `next_token` is the hash of the one that the session shall have."""
        wanted = WantedAddress(email_address=EmailAddress(address), password=password)
        sealed = Sealer(KEYS.sealing_public).seal(wanted, to="identity", bound_to=session)
        command = AskAddressChange(
            session_token_hash=session,
            client_network=self.network,
            wanted=sealed,
            next_token_hash=next_token,
            form_key=form_key,
        )
        return await ask_address_change(self.harness.service, command, received())

    async def links(self, kind: type[AddressChangeOrdered] | type[MailAddressChanged]) -> list[LinkMail]:
        """The mails of that kind that were ordered so far, oldest first, as notification reads them."""
        opener = Unsealer([KEYS.sealing_private["notification"]])
        events: list[Event] = list(await self.harness.said(kind))
        return [opener.open(each.mail, LinkMail, bound_to=each.change_key) for each in events]  # type: ignore[attr-defined]

    async def newest_link(self) -> str:
        """The token of the last mail to a new address."""
        return (await self.links(AddressChangeOrdered))[-1].link_token

    async def open(self, token: str, *, session: str = "session") -> None:
        """The link of the mail to the new address."""
        query = ShowAddressChange(
            session_token_hash=session, link_token_hash=token_hash(token), client_network=self.network
        )
        await show_address_change(self.harness.service, query, received())

    async def confirm(self, token: str, *, session: str = "session") -> None:
        """[変更する]."""
        command = ConfirmAddressChange(
            session_token_hash=session, client_network=self.network, link_token_hash=token_hash(token)
        )
        await confirm_address_change(self.harness.service, command, received())

    async def undo(self, token: str) -> None:
        """[元に戻す]."""
        command = UndoAddressChange(undo_token_hash=token_hash(token), client_network=self.network)
        await undo_address_change(self.harness.service, command, received())

    async def change_to(self, address: str) -> str:
        """The whole way; returns the token that takes it back."""
        await self.ask(address)
        await self.confirm(await self.newest_link())
        return (await self.links(MailAddressChanged))[-1].link_token

    async def address(self) -> str:
        """Where the account's mails go."""
        rows = await self.harness.run(
            "SELECT email_address FROM accounts WHERE account_id_folded = 'taro-01'"
        )
        return str(rows[0][0])


async def refusal_of(attempt: object) -> str:
    """The code of the refusal that an attempt ends with."""
    with pytest.raises(Refusal) as caught:
        await attempt  # type: ignore[misc]
    return str(caught.value.code)
