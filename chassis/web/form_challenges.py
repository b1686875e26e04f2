"""A challenge that stands in a page, to be signed by what its reader has: bound to the browser that was
shown the page, and to its time. Nothing is stored; every replica with the same key knows it again. That it is
taken once, whoever judges the signature sees to.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from chassis.process.clock import Clock

_TIME_BYTES, _RANDOM_BYTES, _MAC_BYTES = 8, 16, 32


class FormChallenges:
    """From the secret bytes `key` one for this use alone is derived. A challenge is fresh for `lifetime`
    seconds.
    """

    def __init__(self, key: bytes, clock: Clock, *, lifetime: int) -> None:
        self._key = hmac.digest(key, b"challenges of forms", hashlib.sha256)
        self._clock = clock
        self._lifetime = lifetime

    def of(self, form_token: str) -> str:
        """A new one for the form with that token, base64url."""
        head = self._now().to_bytes(_TIME_BYTES, "big") + os.urandom(_RANDOM_BYTES)
        return _text(head + self._mac(head, form_token))

    def fits(self, challenge: str, form_token: str) -> bool:
        """Whether it was made for the form with that token, and is fresh."""
        try:
            padded = challenge + "=" * (-len(challenge) % 4)
            made = base64.b64decode(padded, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return False
        if _text(made) != challenge:
            return False  # the same bytes, written in another way: they would be taken for another challenge
        head, mac = made[:-_MAC_BYTES], made[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(head, form_token)):
            return False
        age = self._now() - int.from_bytes(head[:_TIME_BYTES], "big")
        return age <= self._lifetime

    def _mac(self, head: bytes, form_token: str) -> bytes:
        return hmac.digest(self._key, head + form_token.encode("utf-8", "replace"), hashlib.sha256)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
