"""Short-lived signed claims (Ed25519): one service says something, another checks it without asking back."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, TypeVar, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, ValidationError

_REMEMBERED = 5000  # claims; a kilobyte each


class InvalidClaims(Exception):
    """Not signed by the expected service, not of the expected kind, or no longer fresh."""


class SignedClaims(BaseModel):
    """Base of what may be signed. `signed_as` keeps one kind from being used as another."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    signed_as: ClassVar[str] = ""
    expires_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Whether they may still be acted on."""
        return now < self.expires_at


Claims = TypeVar("Claims", bound=SignedClaims)


class Signer:
    """Signs claims with one service's private key (base64 of 32 bytes)."""

    def __init__(self, private_key: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(private_key))

    @property
    def key_id(self) -> str:
        """Which key it is."""
        return _key_id_of(self._key.public_key())

    def sign(self, claims: SignedClaims) -> str:
        """A compact text: the claims and their signature, URL-safe."""
        payload = f"{claims.signed_as}|{claims.model_dump_json()}".encode()
        return f"{_encode(payload)}.{_encode(self._key.sign(payload))}"


class Verifier:
    """Checks claims of the services whose public keys it was given (base64 of 32 bytes each)."""

    def __init__(self, public_keys: Mapping[str, str]) -> None:
        self._keys = {
            name: Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
            for name, key in public_keys.items()
        }
        self._verified: OrderedDict[tuple[str, type[SignedClaims], str], SignedClaims] = OrderedDict()

    def key_id(self, signer: str) -> str:
        """Which key is believed to be that signer's. KeyError for an unknown one."""
        return _key_id_of(self._keys[signer])

    def verify(self, text: str, kind: type[Claims], *, said_by: str, now: datetime) -> Claims:
        """The claims, when `said_by` signed it as this kind and they have not expired at `now`. Raises
        InvalidClaims otherwise.
        """
        claims = self.verify_signature(text, kind, said_by=said_by)
        if not claims.is_fresh(now):
            raise InvalidClaims("no longer fresh")
        return claims

    def verify_signature(self, text: str, kind: type[Claims], *, said_by: str) -> Claims:
        """As `verify`, for claims that may have expired: whoever acts on them asks first. What was verified
        lately is remembered: a browser sends one assertion with each page of a minute. Raises InvalidClaims.
        """
        remembered = self._verified.get((text, kind, said_by))
        if remembered is not None:
            return cast(Claims, remembered)
        claims = self._read(text, kind, said_by)
        self._verified[text, kind, said_by] = claims
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)
        return claims

    def _read(self, text: str, kind: type[Claims], said_by: str) -> Claims:
        try:
            encoded, signature = text.split(".")
            payload = _decode(encoded)
            self._keys[said_by].verify(_decode(signature), payload)
            name, _, body = payload.partition(b"|")
            claims = kind.model_validate_json(body)
        except (ValueError, KeyError, binascii.Error, InvalidSignature, ValidationError) as error:
            raise InvalidClaims("not claims of that service") from error
        if name.decode() != kind.signed_as:
            raise InvalidClaims("claims of another kind")
        return claims


def _key_id_of(public_key: Ed25519PublicKey) -> str:
    """A short name of a key, the same on both sides."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:12]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_signing_keys() -> tuple[str, str]:
    """A fresh pair (private, public), base64."""
    key = Ed25519PrivateKey.generate()
    private, public = key.private_bytes_raw(), key.public_key().public_bytes_raw()
    return base64.b64encode(private).decode(), base64.b64encode(public).decode()
