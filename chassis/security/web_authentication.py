"""Judges what browsers make and sign with passkeys (Web Authentication, level 3; 7.1 and 7.2): the one door
to py_webauthn.

A credential is a PublicKeyCredential as JSON, its bytes in base64url, straight from a browser: any text.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AttestationFormat, AuthenticationCredential, RegistrationCredential

_LONGEST_ID = 1023  # bytes: 4 of the specification, "Credential ID"
_LONGEST_KEY = 600  # bytes: RSA of 4096 bits takes 540; longer ones take long to verify
_GARBLED = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the library raises at bytes that are no credential; each was seen."""


class Unproved(Exception):
    """The credential proves nothing. Its text is a reason for a log, without a value."""


@dataclass(frozen=True)
class MadeCredential:
    """A credential that a browser has just made. `transports` is how to reach its authenticator."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


@dataclass(frozen=True)
class SignedCredential:
    """A signature that nobody has judged yet, and whose it says that it is."""

    credential_id: bytes
    user_handle: bytes | None
    parsed: AuthenticationCredential


def challenge_bytes(challenge: str) -> bytes:
    """What the browser was given to sign, from its base64url, of which there is one for the same bytes: who
    keeps the text knows it again. Raises Unproved.
    """
    try:
        raw = base64.urlsafe_b64decode(challenge + "=" * (-len(challenge) % 4))
    except ValueError:
        raw = b""
    if not raw or base64.urlsafe_b64encode(raw).decode().rstrip("=") != challenge:
        raise Unproved("the challenge is no base64url")
    return raw


def judge_made(credential: str, *, challenge: str, origin: str, algorithms: Iterable[int]) -> MadeCredential:
    """The credential, if it was made just for that challenge, at that origin, after its authenticator had
    made sure of its user, and if it signs by one of those COSE algorithms. Nothing is asked of the
    authenticator's maker. Raises Unproved.
    """
    try:
        parsed = parse_registration_credential_json(credential)
        _refuse_attestation(parsed)
        verified = verify_registration_response(
            credential=parsed,
            expected_challenge=challenge_bytes(challenge),
            expected_rp_id=_relying_party(origin),
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(each) for each in algorithms],
        )
        key = verified.credential_public_key
        decoded_public_key_to_cryptography(decode_credential_public_key(key))
    except _GARBLED as error:
        raise Unproved(type(error).__name__) from None
    if verified.credential_id != parsed.raw_id:
        raise Unproved("it names another credential than was made")
    if len(verified.credential_id) > _LONGEST_ID or len(key) > _LONGEST_KEY:
        raise Unproved("it is too long")
    transports = tuple(each.value for each in parsed.response.transports or ())
    return MadeCredential(verified.credential_id, key, verified.sign_count, transports)


def read_signed(credential: str) -> SignedCredential:
    """Which credential signed, before it is judged. Raises Unproved."""
    try:
        parsed = parse_authentication_credential_json(credential)
    except _GARBLED as error:
        raise Unproved(type(error).__name__) from None
    return SignedCredential(parsed.raw_id, parsed.response.user_handle, parsed)


def judge_signed(
    signed: SignedCredential, *, challenge: str, origin: str, public_key: bytes, sign_count: int
) -> int:
    """The authenticator's count of signatures, if it signed just that challenge, at that origin, with that
    key, after it had made sure of its user, and its count has grown, where it counts. Raises Unproved.
    """
    try:
        verified = verify_authentication_response(
            credential=signed.parsed,
            expected_challenge=challenge_bytes(challenge),
            expected_rp_id=_relying_party(origin),
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _GARBLED as error:
        raise Unproved(type(error).__name__) from None
    return verified.new_sign_count


def _refuse_attestation(made: RegistrationCredential) -> None:
    """None was asked for; an authenticator without a maker may have signed for itself (5.4.7). All other
    formats have parsers of their own, which no stranger's bytes need reach.
    """
    attestation = parse_attestation_object(made.response.attestation_object)
    signed_for_itself = attestation.fmt == AttestationFormat.PACKED and attestation.att_stmt.x5c is None
    if attestation.fmt != AttestationFormat.NONE and not signed_for_itself:
        raise Unproved("an attestation that nobody asked for")


def _relying_party(origin: str) -> str:
    return urlsplit(origin).hostname or ""
