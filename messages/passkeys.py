"""Passkeys (Web Authentication): what customers ask identity about theirs, and how they log in with one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.messaging.message import Command, Lane, Query, Reply
from chassis.security.key_texts import PublicKeyText
from chassis.security.sealing import Sealed, SealedContent
from messages.account_settings import TypedPassword
from messages.identity import SessionShown
from messages.second_factor import TypedCode
from messages.values import Device, PasskeyName, Stored

LONGEST_CREDENTIAL = 20_000  # characters

Challenge = Annotated[str, Field(max_length=100)]
"""Bytes at random that a browser is asked to sign, once: base64url, as it stood in the page."""
Credential = Annotated[str, Field(max_length=LONGEST_CREDENTIAL)]
"""What a browser answered: a PublicKeyCredential as JSON, its bytes in base64url (Web Authentication 3)."""

ALGORITHMS = (-7, -8, -257)
"""With which a passkey may sign, the best first: ES256, EdDSA, RS256 (RFC 9053, RFC 8812)."""


class RefusalCode(StrEnum):
    """Every "no" about passkeys; identity's other ones stand in `messages.identity`."""

    PASSKEY_REFUSED = "identity.passkey_refused"
    PASSKEY_CHALLENGE_SPENT = "identity.passkey_challenge_spent"
    PASSKEY_NOT_MADE = "identity.passkey_not_made"
    PASSKEY_OFFER_ENDED = "identity.passkey_offer_ended"
    PASSKEY_KNOWN = "identity.passkey_known"
    TOO_MANY_PASSKEYS = "identity.too_many_passkeys"


class OwnPasskey(BaseModel, frozen=True):
    """One of a customer's passkeys. `credential_id` is base64url."""

    passkey_key: UUID
    credential_id: str
    transports: tuple[str, ...]
    name: Stored[PasskeyName]
    made_at: datetime
    last_used_at: datetime | None


class OwnPasskeys(SealedContent):
    """Those of one account, oldest first, and what its next one would be made for: `user_handle`, base64url,
    names the account to its authenticators and says nothing of the customer. `asks_for_code`: whether it
    takes a code of the second factor as well, which is on.
    """

    sealed_as: ClassVar[str] = "identity.own_passkeys"
    user_handle: str
    passkeys: tuple[OwnPasskey, ...]
    at_most: int
    asks_for_code: bool = False


class PasskeysShown(Reply, type="identity.passkeys_shown.v1"):
    """Sealed for whoever asked, bound to `session_token_hash`."""

    own: Sealed[OwnPasskeys]


class ShowPasskeys(Query[PasskeysShown], type="identity.show_passkeys.v1"):
    """Which passkeys has this session's account? The asker makes a pair of sealing keys for this question."""

    session_token_hash: str
    answer_key: PublicKeyText


class PasskeyOffered(Reply, type="identity.passkey_offered.v1"):
    """A passkey that signs the challenge may be added, once, within ten minutes. `session_renewed`: whether
    the session has the token now that the command named.
    """

    session_renewed: bool


class OfferPasskey(Command[PasskeyOffered], type="identity.offer_passkey.v1", lane=Lane.SLOW):
    """[パスキーを登録する], with the password, and a code where the second factor is on, both bound to
    `session_token_hash`. The gateway makes the challenge, the same one for the same form, and sends only its
    hash, as of the token that takes the place of the session's.
    """

    session_token_hash: str
    next_token_hash: str
    client_network: str
    challenge_hash: str
    password: Sealed[TypedPassword]
    code: Sealed[TypedCode] | None = None
    device: Stored[Device] | None = None


class MadePasskey(SealedContent):
    """What the browser made, and what the customer calls it."""

    sealed_as: ClassVar[str] = "identity.made_passkey"
    challenge: Challenge
    credential: Credential
    name: PasskeyName


class PasskeyAdded(Reply, type="identity.passkey_added.v1"):
    pass


class AddPasskey(Command[PasskeyAdded], type="identity.add_passkey.v1"):
    """[パスキーを作成する]. Bound to `session_token_hash`. `origin` is where customers find the portal."""

    session_token_hash: str
    client_network: str
    origin: str
    made: Sealed[MadePasskey]
    device: Stored[Device] | None = None


class PasskeyRemoved(Reply, type="identity.passkey_removed.v1"):
    """It is no passkey of the account any more, or never was."""


class RemovePasskey(Command[PasskeyRemoved], type="identity.remove_passkey.v1"):
    """[削除する] of one of the account's passkeys."""

    session_token_hash: str
    client_network: str
    passkey_key: UUID


class SignedWithPasskey(SealedContent):
    """What the browser signed."""

    sealed_as: ClassVar[str] = "identity.signed_with_passkey"
    challenge: Challenge
    credential: Credential


class LogInWithPasskey(Command[SessionShown], type="identity.log_in_with_passkey.v1"):
    """[パスキーでログイン]. As LogIn, with a signature instead of ID and password, bound to
    `session_token_hash`. The gateway says that its challenge stood in a page of this browser, minutes ago.
    """

    session_token_hash: str
    client_network: str
    origin: str
    signed: Sealed[SignedWithPasskey]
    device: Stored[Device] | None = None
    device_token_hash: str = ""
