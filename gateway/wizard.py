"""What a registration remembers between two pages: contents of encrypted cookies, since the gateway has no
database.

A cookie is authenticated, bound to its name, and carries its issue time: the browser's own expiry is not
believed.
"""

from __future__ import annotations

import base64
import binascii
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ConfigDict

from chassis.process.clock import Clock
from chassis.security.sealing import Sealed
from chassis.security.tokens import token_hash
from messages.registration import ChosenPassword
from messages.values import AccountId, CustomerNumber, EmailAddress, HolderKana, Nickname, PhoneNumber

_NONCE_BYTES = 12
_TIME_BYTES = 8


class CookieContent(BaseModel):
    """Base of what a cookie may hold."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} ***>"

    __str__ = __repr__


class Proven(CookieContent):
    """Step 1 is done: identity's proof, the secret that makes it worth something, and what was typed."""

    browser_token: str
    verification_proof: str
    customer_number: CustomerNumber
    phone_number: PhoneNumber
    holder_kana: HolderKana

    @property
    def mark(self) -> str:
        """What the later forms carry, so that a tab opened before a second proof notices it (Q25)."""
        return token_hash(self.browser_token)[:16]


class Details(CookieContent):
    """Step 2 is done. The password is sealed for registration, bound to `registration_key`: the gateway
    cannot read it.
    """

    registration_key: UUID
    account_id: AccountId
    password: Sealed[ChosenPassword]
    email_address: EmailAddress
    nickname: Nickname
    attempted: bool = False
    """仮登録する was pressed with this key and no answer came: another content then needs another key."""


class Draft(CookieContent):
    """A registration on its way. 30 minutes since the last step (Q25, T10)."""

    failures: int = 0
    proven: Proven | None = None
    details: Details | None = None


class Registered(CookieContent):
    """仮登録 is done in this browser; kept as long as its link can live: 8 h for the mail to leave and 24 h
    (Q13).
    """

    registration_key: UUID
    account_id: AccountId
    email_address: EmailAddress
    mark: str


class OpenedLink(CookieContent):
    """The activation token, taken out of the URL (S5-1)."""

    activation_token: str


class HeldTicket(CookieContent):
    """本登録 was done in this browser: it may log in once without typing (T22)."""

    ticket: str
    login_proof: str
    account_id: AccountId


class Notice(CookieContent):
    """A sentence for the next page, by its key in `texts.NOTICES`."""

    text_key: str
    account_id: str = ""


Content = TypeVar("Content", bound=CookieContent)


@dataclass(frozen=True)
class Purpose(Generic[Content]):
    """One cookie: its name, what it holds, and for how many seconds."""

    name: str
    content: type[Content]
    lifetime: int


DRAFT = Purpose("draft", Draft, 30 * 60)
REGISTERED = Purpose("registered", Registered, 32 * 3600)
OPENED_LINK = Purpose("activation", OpenedLink, 30 * 60)
HELD_TICKET = Purpose("ticket", HeldTicket, 10 * 60)
NOTICE = Purpose("notice", Notice, 5 * 60)


class CookieBox:
    """Writes and reads the cookies above. Any that is foreign, altered, renamed or too old reads as absent.
    """

    def __init__(self, key: bytes, clock: Clock, *, https: bool) -> None:
        self._cipher = ChaCha20Poly1305(HKDF(SHA256(), 32, salt=None, info=b"mypage cookies").derive(key))
        self._clock = clock
        self._https = https

    def name(self, purpose: Purpose[Content]) -> str:
        """As the browser knows it."""
        return f"__Host-{purpose.name}" if self._https else purpose.name

    def read(self, cookies: Mapping[str, str], purpose: Purpose[Content]) -> Content | None:
        """What was kept for the purpose, if it is ours and still fresh."""
        try:
            box = base64.urlsafe_b64decode(cookies.get(self.name(purpose), ""))
            plain = self._cipher.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], purpose.name.encode())
            age = self._now() - int.from_bytes(plain[:_TIME_BYTES], "big")
            if age > purpose.lifetime:
                return None
            return purpose.content.model_validate_json(zlib.decompress(plain[_TIME_BYTES:]))
        except (
            binascii.Error,
            ValueError,
            InvalidTag,
        ):  # pydantic's ValidationError is a ValueError: a cookie of an older release
            return None

    def keep(self, response: web.StreamResponse, purpose: Purpose[Content], content: Content) -> None:
        """Sets the cookie. Every content fits the 4,096 bytes that browsers allow."""
        plain = self._now().to_bytes(_TIME_BYTES, "big") + zlib.compress(
            content.model_dump_json(exclude_none=True).encode(), 9
        )
        nonce = os.urandom(_NONCE_BYTES)
        box = base64.urlsafe_b64encode(
            nonce + self._cipher.encrypt(nonce, plain, purpose.name.encode())
        ).decode()
        response.set_cookie(
            self.name(purpose), box, max_age=purpose.lifetime, path="/", secure=self._https, httponly=True, samesite="Lax"
        )  # fmt: skip

    def drop(self, response: web.StreamResponse, purpose: Purpose[Content]) -> None:
        """Deletes the cookie."""
        response.del_cookie(self.name(purpose), path="/", secure=self._https, httponly=True, samesite="Lax")

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
