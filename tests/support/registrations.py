"""Provisional accounts for tests, built by name: a test says only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from messages.registration import ProvisionalState
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname
from services.registration.provisional.domain import ProvisionalAccount

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(hours=24)
TICKET = "a" * 64
CONTRACT, OTHER_CONTRACT = UUID(int=1), UUID(int=2)


def a_provisional_account(**changes: Any) -> ProvisionalAccount:
    """Registered at noon; nothing has happened since."""
    account = ProvisionalAccount(
        registration_key=UUID(int=9),
        contract_key=CONTRACT,
        customer_number=CustomerNumber("102030"),
        account_id=AccountId("Taro-01"),
        password_hash="a hash",
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        state=ProvisionalState.REGISTERED,
        registered_at=NOON,
    )
    return replace(account, **changes)


def a_mailed_account(**changes: Any) -> ProvisionalAccount:
    """Its mail left at noon."""
    return a_provisional_account(**{"state": ProvisionalState.MAIL_SENT, "mail_sent_at": NOON, **changes})
