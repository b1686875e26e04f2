"""Whose passkey is it?"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from messages.values import PasskeyName
from services.identity.passkeys.domain import Passkey, user_handle

OWNER, ANOTHER = UUID(int=1), UUID(int=2)


def test_a_passkey_is_of_the_account_that_its_authenticator_names() -> None:
    """Of no other, and of none where it names none."""
    passkey = Passkey(
        passkey_key=UUID(int=3),
        account_key=OWNER,
        credential_id=b"id",
        public_key=b"key",
        sign_count=0,
        transports=(),
        name=PasskeyName("台所"),
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
        last_used_at=None,
    )
    assert passkey.is_of(user_handle(OWNER))
    assert not any(passkey.is_of(each) for each in (user_handle(ANOTHER), b"", None))
    assert "台所" not in repr(passkey)


def test_a_handle_is_short_and_always_the_same() -> None:
    """64 bytes at most (5.4.3)."""
    assert user_handle(OWNER) == user_handle(UUID(int=1))
    assert 1 <= len(user_handle(OWNER)) <= 64
