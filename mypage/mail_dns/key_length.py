"""How long a public key of DKIM is."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key


def bits_of(key: bytes) -> int:
    """Of an RSA key, as DER. Raises ValueError for anything else."""
    try:
        read = load_der_public_key(key)
    except UnsupportedAlgorithm:
        raise ValueError("no RSA key") from None
    if not isinstance(read, RSAPublicKey):
        raise ValueError("no RSA key")
    return read.key_size
