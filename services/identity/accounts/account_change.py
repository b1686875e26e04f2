"""The events that all who change an account say of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.security.tokens import new_key
from messages.account_notices import AccountChange, AccountChanged, DeskChangedAccount
from messages.values import Device
from services.identity.accounts.domain import Account
from services.identity.service import Identity


def account_changed(
    service: Identity,
    account: Account,
    change: AccountChange,
    *,
    happened_at: datetime,
    device: Device | None = None,
    notice_key: UUID | None = None,
) -> AccountChanged:
    """For the outbox of the transaction that makes the change: the mail about it goes to the address of
    `account` as it is given here. Give it as it was before, where the change is one of the address. Of one
    `notice_key` a single mail is sent, however often it is said.
    """
    recipient = service.seal_recipient(
        account.account_key,
        email_address=account.email_address,
        nickname=account.nickname,
        account_id=account.account_id,
    )
    return AccountChanged(
        notice_key=notice_key or new_key(),
        account_key=account.account_key,
        change=change,
        happened_at=happened_at,
        device=device,
        recipient=recipient,
    )


def desk_changed(account_key: UUID, change: AccountChange, *, happened_at: datetime) -> DeskChangedAccount:
    """The same of a command, which has no keys to seal with: identity hears it, and says AccountChanged."""
    return DeskChangedAccount(
        notice_key=new_key(), account_key=account_key, change=change, happened_at=happened_at
    )
