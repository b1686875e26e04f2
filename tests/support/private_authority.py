"""A certificate authority that no system knows, such as a company has of its own."""

from __future__ import annotations

import ssl
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_FOR = timedelta(days=2)


@dataclass(frozen=True)
class Certificate:
    """Files of one server: the certificate, its key, and both in one, as HAProxy wants them. `key_hash`: by
    which Chromium may be told to trust it.
    """

    certificate: Path
    key: Path
    both: Path
    key_hash: str


class Authority:
    """`file` is the certificate that clients trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("A private authority")
        itself = (
            _begun(self._name, self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / "authority.crt"
        self.file.write_bytes(itself.public_bytes(Encoding.PEM))

    def client_context(self) -> ssl.SSLContext:
        """TLS that trusts this authority and no other."""
        return ssl.create_default_context(cafile=str(self.file))

    def issue(self, *names: str) -> Certificate:
        """For a server of those host names and addresses; the files are called by the first."""
        key = ec.generate_private_key(ec.SECP256R1())
        shown = [
            x509.DNSName(name) if name[0].isalpha() else x509.IPAddress(ip_address(name)) for name in names
        ]
        certificate = (
            _begun(_name(names[0]), self._name, key)
            .add_extension(x509.SubjectAlternativeName(shown), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        chain = certificate.public_bytes(Encoding.PEM)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        files = [self._folder / f"{names[0]}.{ending}" for ending in ("crt", "key", "pem")]
        for file, content in zip(files, (chain, secret, chain + secret), strict=True):
            file.write_bytes(content)
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Certificate(*files, b64encode(sha256(public).digest()).decode())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _FOR)
        .not_valid_after(now + _FOR)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
