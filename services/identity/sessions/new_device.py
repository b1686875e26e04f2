"""The event that all who let somebody in with a password say of a new kind of device."""

from __future__ import annotations

from uuid import uuid5

from messages.account_notices import AccountChange, AccountChanged
from messages.values import Device
from services.identity.accounts.account_change import account_changed
from services.identity.accounts.domain import Account
from services.identity.service import Identity
from services.identity.sessions.domain import Session


def new_device_told(
    service: Identity, account: Account, session: Session, session_token_hash: str, device: Device | None
) -> AccountChanged:
    """For the holder, before anybody is let in; one mail however often the same log-in is asked for."""
    return account_changed(
        service,
        account,
        AccountChange.NEW_DEVICE,
        happened_at=session.last_seen_at,
        device=device,
        notice_key=uuid5(account.account_key, session_token_hash),
    )
