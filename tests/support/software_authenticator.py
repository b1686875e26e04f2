"""An authenticator in software, with the browser around it: it makes credentials and signs for real, and lies
where a test wants it to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

ORIGIN = "http://localhost:8080"
_PRESENT, _VERIFIED, _ATTESTED = 1, 4, 64  # flags of the authenticator's data (6.1)


def base64url(raw: bytes) -> str:
    """Without padding, as browsers write it."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class SoftwareAuthenticator:
    """One passkey: of whoever `handle` names, at the site `origin`."""

    handle: bytes
    origin: str = ORIGIN
    counts: bool = True
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    sign_count: int = 0

    def make(
        self, challenge: str, *, verified: bool = True, fmt: str = "none", vouched: bool = False, **told: Any
    ) -> str:
        """What navigator.credentials.create() gives, as the page sends it. `vouched`: by its maker, in the
        form of U2F.
        """
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        public_key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + public_key
        data = self._data(_ATTESTED | _PRESENT | (_VERIFIED if verified else 0)) + attested
        client_data = self._client_data("webauthn.create", challenge, told)
        statement = self._vouched(data[:32], client_data, b"\x04" + x + y) if vouched else {}
        fmt = "fido-u2f" if vouched else fmt
        attestation = cbor2.dumps({"fmt": fmt, "attStmt": statement, "authData": data})
        return self._credential(
            clientDataJSON=base64url(client_data),
            attestationObject=base64url(attestation),
            transports=["internal", "hybrid"],
        )

    def sign(self, challenge: str, *, verified: bool = True, **told: Any) -> str:
        """What navigator.credentials.get() gives, as the page sends it. `told` replaces what the browser
        says.
        """
        self.sign_count += 1 if self.counts else 0
        data = self._data(_PRESENT | (_VERIFIED if verified else 0))
        client_data = self._client_data("webauthn.get", challenge, told)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            clientDataJSON=base64url(client_data),
            authenticatorData=base64url(data),
            signature=base64url(signature),
            userHandle=base64url(self.handle),
        )

    def _vouched(self, host_hash: bytes, client_data: bytes, public_key: bytes) -> dict[str, Any]:
        """A statement that holds (8.6), by a maker whom nobody knows."""
        maker, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
        at = datetime(2026, 1, 1, tzinfo=UTC)
        certificate = (
            x509.CertificateBuilder(name, name, maker.public_key(), 1, at, at + timedelta(days=3650))
            .sign(maker, SHA256())
            .public_bytes(Encoding.DER)
        )
        signed = b"\0" + host_hash + hashlib.sha256(client_data).digest() + self.credential_id + public_key
        return {"x5c": [certificate], "sig": maker.sign(signed, ec.ECDSA(SHA256()))}

    def _data(self, flags: int) -> bytes:
        host = self.origin.partition("://")[2].partition(":")[0]
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str, told: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | told).encode()

    def _credential(self, **response: object) -> str:
        named = base64url(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})
