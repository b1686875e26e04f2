"""Keys as settings hold them: 32 bytes in base64, whatever they are for (X25519, Ed25519, AES-256)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, SecretStr

_BYTES = 32


def _is_key(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _BYTES:
        raise ValueError(f"must be {_BYTES} bytes in base64")
    return text


def _is_secret_key(text: SecretStr) -> SecretStr:
    _is_key(text.get_secret_value())
    return text


PublicKeyText = Annotated[str, AfterValidator(_is_key)]
"""Whoever holds it can check or seal, and learns nothing."""

SecretKeyText = Annotated[SecretStr, AfterValidator(_is_secret_key)]
"""Its text is never shown, not even when it is refused."""


def of_each(*owners: str) -> AfterValidator:
    """A table of keys that has at least one for each of those owners."""

    def check(keys: Mapping[str, str]) -> Mapping[str, str]:
        if missing := {*owners} - keys.keys():
            raise ValueError(f"no key for {', '.join(sorted(missing))}")
        return keys

    return AfterValidator(check)
