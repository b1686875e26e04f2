"""Encrypted cookies: what a web component without a database remembers between two pages.

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

from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ConfigDict

from chassis.process.clock import Clock

_NONCE_BYTES = 12
_TIME_BYTES = 8


class CookieContent(BaseModel):
    """Base of what a cookie may hold. Its repr shows nothing."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} ***>"

    __str__ = __repr__


Content = TypeVar("Content", bound=CookieContent)


@dataclass(frozen=True)
class Purpose(Generic[Content]):
    """One cookie: its name, what it holds, and for how many seconds."""

    name: str
    content: type[Content]
    lifetime: int


class CookieBox:
    """Writes and reads sealed cookies. Any that is foreign, altered, renamed or too old reads as absent.

    `key` are 32 secret bytes, the same for all replicas; `label` keeps this use of the key apart from others.
    With `https` each name has the prefix `__Host-` and each cookie the flag Secure.
    """

    def __init__(self, key: bytes, clock: Clock, *, label: bytes, https: bool) -> None:
        self._cipher = ChaCha20Poly1305(HKDF(SHA256(), 32, salt=None, info=label).derive(key))
        self._clock = clock
        self._https = https

    def name(self, purpose: Purpose[Content]) -> str:
        """As the browser knows it."""
        return f"__Host-{purpose.name}" if self._https else purpose.name

    def read(self, cookies: Mapping[str, str], purpose: Purpose[Content]) -> Content | None:
        """What was kept for the purpose, if it is ours and still fresh."""
        kept = cookies.get(self.name(purpose))
        return None if kept is None else self.open(kept, purpose)

    def open(self, kept: str, purpose: Purpose[Content]) -> Content | None:
        """What `seal` made for the purpose, if it is ours and still fresh."""
        try:
            box = base64.urlsafe_b64decode(kept)
            plain = self._cipher.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], purpose.name.encode())
            age = self._now() - int.from_bytes(plain[:_TIME_BYTES], "big")
            if age > purpose.lifetime:
                return None
            return purpose.content.model_validate_json(zlib.decompress(plain[_TIME_BYTES:]))
        except (binascii.Error, ValueError, InvalidTag):
            return None  # pydantic's ValidationError is a ValueError: a cookie of an older release

    def keep(self, response: web.StreamResponse, purpose: Purpose[Content], content: Content) -> None:
        """Sets the cookie. The caller sees to it that it fits the 4,096 bytes that browsers allow."""
        response.set_cookie(
            self.name(purpose),
            self.seal(purpose, content),
            max_age=purpose.lifetime,
            path="/",
            secure=self._https,
            httponly=True,
            samesite="Lax",
        )

    def seal(self, purpose: Purpose[Content], content: Content) -> str:
        """The same as a text: what a form carries to and fro in a hidden field."""
        text = content.model_dump_json(exclude_none=True)
        plain = self._now().to_bytes(_TIME_BYTES, "big") + zlib.compress(text.encode(), 9)
        nonce = os.urandom(_NONCE_BYTES)
        box = nonce + self._cipher.encrypt(nonce, plain, purpose.name.encode())
        return base64.urlsafe_b64encode(box).decode()

    def drop(self, response: web.StreamResponse, purpose: Purpose[Content]) -> None:
        """Deletes the cookie."""
        response.del_cookie(self.name(purpose), path="/", secure=self._https, httponly=True, samesite="Lax")

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
