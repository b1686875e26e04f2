"""The rules of passkeys: how many, how long one may be made, and whose one is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from messages.values import PasskeyName

PASSKEYS_OF_AN_ACCOUNT = 10
OFFERED_FOR = timedelta(minutes=10)
CHALLENGES_KEPT_FOR = timedelta(days=1)  # longer than any page of the gateway offers one


def user_handle(account_key: UUID) -> bytes:
    """What an authenticator calls the account: the same for all of its passkeys, nothing personal (Web
    Authentication, 14.6.1).
    """
    return account_key.bytes


@dataclass(frozen=True)
class Passkey:
    """A public key that logs in to an account."""

    passkey_key: UUID
    account_key: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    name: PasskeyName = field(repr=False)
    made_at: datetime
    last_used_at: datetime | None

    def is_of(self, handle: bytes | None) -> bool:
        """Whether an authenticator that gave that handle means the account of this passkey. Each one that can
        be found without an ID gives one (7.2, step 6).
        """
        return handle == user_handle(self.account_key)
