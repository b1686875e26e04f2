"""Sealed fields: what one service alone may read travels as ciphertext (HPKE, RFC 9180; ADR 0005).

A seal is bound to a type and to a key that is visible beside it, so that a box cannot be cut out of one
message and pasted into another. Plaintexts are padded: the length of a password must not be readable from the
length of its box.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from pydantic import BaseModel, ConfigDict

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_PADDED_TO = 128


class BrokenSeal(Exception):
    """The box was not made for this reader, this type or this key, or was tampered with."""


class SealedContent(BaseModel):
    """Base of what may be sealed. `sealed_as` is its stable name inside the seal."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    sealed_as: ClassVar[str] = ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} ***>"

    __str__ = __repr__


Content = TypeVar("Content", bound=SealedContent)


class Sealed(BaseModel, Generic[Content]):
    """Ciphertext of a `Content`, readable by the holder of the key named `key_id`."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    key_id: str
    box: str

    def __repr__(self) -> str:
        return "<sealed>"

    __str__ = __repr__


def key_id_of(public_key: X25519PublicKey) -> str:
    """A short name of a key, the same on both sides without any configuration."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:12]


class Sealer:
    """Seals contents for the recipients whose public keys it was given (base64 of 32 bytes each)."""

    def __init__(self, public_keys: Mapping[str, str]) -> None:
        self._keys = {
            name: X25519PublicKey.from_public_bytes(base64.b64decode(key))
            for name, key in public_keys.items()
        }

    def key_id(self, recipient: str) -> str:
        """Which key is used for that recipient. KeyError for an unknown one."""
        return key_id_of(self._keys[recipient])

    def seal(self, content: Content, *, to: str, bound_to: object) -> Sealed[Content]:
        """The content as a box that only `to` can open, and only beside the same `bound_to`. KeyError for an
        unknown recipient.
        """
        key = self._keys[to]
        plain = content.model_dump_json().encode()
        padded = plain + b" " * (-len(plain) % _PADDED_TO)  # JSON allows trailing spaces
        box = _SUITE.encrypt(padded, key, info=_info(type(content), bound_to))
        return Sealed[Content](key_id=key_id_of(key), box=base64.b64encode(box).decode())


class Unsealer:
    """Opens what was sealed for one service. Holds several private keys while a rotation is under way."""

    def __init__(self, private_keys: Sequence[str]) -> None:
        """The newest key first."""
        loaded = [X25519PrivateKey.from_private_bytes(base64.b64decode(key)) for key in private_keys]
        self._keys = {key_id_of(key.public_key()): key for key in loaded}

    @property
    def own_public_key(self) -> str:
        """Of the newest key, base64: with it a service seals for itself what lies in its database (X18)."""
        newest = next(iter(self._keys.values()))
        return base64.b64encode(newest.public_key().public_bytes_raw()).decode()

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Which keys are held, the newest first."""
        return tuple(self._keys)

    def open(self, sealed: Sealed[Content], content_type: type[Content], *, bound_to: object) -> Content:
        """The content. Raises BrokenSeal for any box that was not sealed for this reader, this type and this
        `bound_to`.
        """
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise BrokenSeal("sealed for a key that is not held here")
        try:
            plain = _SUITE.decrypt(base64.b64decode(sealed.box), key, info=_info(content_type, bound_to))
        except (InvalidTag, ValueError) as error:
            raise BrokenSeal("the box does not open") from error
        return content_type.model_validate_json(plain)


def _info(content_type: type[SealedContent], bound_to: object) -> bytes:
    return f"{content_type.sealed_as}|{bound_to}".encode()


def seal_answer(content: Content, answer_key: str, *, bound_to: object) -> Sealed[Content]:
    """A box for whoever asked: the question brought a public key that was made for it alone (ADR 0051)."""
    return Sealer({"asker": answer_key}).seal(content, to="asker", bound_to=bound_to)


def new_sealing_keys() -> tuple[str, str]:
    """A fresh pair (private, public), base64."""
    key = X25519PrivateKey.generate()
    private, public = key.private_bytes_raw(), key.public_key().public_bytes_raw()
    return base64.b64encode(private).decode(), base64.b64encode(public).decode()
