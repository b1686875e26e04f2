"""The secret word of a form: a page of ours may send forms for the browser that it was made for, and for
nobody else. Nothing is stored; every replica with the same key makes and knows the same words.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

FIELD = "form_token"
"""The hidden field that carries it."""


class FormTokens:
    """Keyed hashes (HMAC-SHA-256). From the secret bytes `key` one for this use alone is derived."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"tokens of forms", hashlib.sha256)

    def of(self, owner: str) -> str:
        """The token of all forms that are shown to `owner`, a secret that only this browser sends."""
        made = hmac.digest(self._key, owner.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def fits(self, token: str, owner: str) -> bool:
        """Whether it is the owner's; takes as long for every wrong one."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.of(owner).encode())
