"""Signatures that prove nothing, each by an authenticator that signs for real."""

from __future__ import annotations

import json

import pytest
from support.address_changes import Customer, refusal_of
from support.identity_harness import Harness
from support.passkeys_of_identity import PasskeyOwner, log_in_by
from support.software_authenticator import SoftwareAuthenticator, base64url

from chassis.security.tokens import new_token
from messages.identity import RefusalCode as IdentityCode
from messages.passkeys import RefusalCode


@pytest.fixture
async def owner(customer: Customer) -> PasskeyOwner:
    """Taro-01."""
    return PasskeyOwner(customer.harness)


@pytest.fixture
async def passkey(owner: PasskeyOwner) -> SoftwareAuthenticator:
    """His passkey."""
    return await owner.with_passkey()


@pytest.fixture
def harness(owner: PasskeyOwner) -> Harness:
    """Where he logs in."""
    return owner.harness


async def audited(harness: Harness, kind: str) -> int:
    """How many entries about somebody's account the audit has of that kind."""
    statement = "SELECT count(*) FROM audit_entries WHERE kind = $1 AND account_key IS NOT NULL"
    return int((await harness.run(statement, kind))[0][0])


@pytest.mark.parametrize(
    "told",
    [
        {"verified": False},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8081"},
        {"type": "webauthn.create"},
        {"challenge": base64url(b"another")},
        {"challenge": ""},
    ],
    ids=["no verification", "origin", "port", "type", "challenge", "no challenge"],
)
async def test_what_was_not_signed_here_and_now_is_refused(
    harness: Harness, passkey: SoftwareAuthenticator, told: dict[str, str]
) -> None:
    """One refusal, an entry for its holder; then the right one is taken."""
    challenge = new_token()
    asked = {"challenge": challenge} | told
    signed = passkey.sign(asked.pop("challenge"), **asked)  # type: ignore[arg-type]
    assert (
        await refusal_of(log_in_by(harness, signed, challenge, session="no")) == RefusalCode.PASSKEY_REFUSED
    )
    assert await refusal_of(harness.show_session("no")) == IdentityCode.SESSION_ENDED
    assert await audited(harness, "passkey_failed") == 1
    await log_in_by(harness, passkey.sign(challenge), challenge)


async def test_a_signature_for_another_site_is_refused(
    harness: Harness, passkey: SoftwareAuthenticator
) -> None:
    """Its authenticator was asked for another host, whatever the browser says."""
    challenge, passkey.origin = new_token(), "http://evil.example"
    signed = passkey.sign(challenge, origin="http://localhost:8080")
    assert await refusal_of(log_in_by(harness, signed, challenge)) == RefusalCode.PASSKEY_REFUSED


async def test_a_signature_of_another_key_is_refused(
    harness: Harness, passkey: SoftwareAuthenticator
) -> None:
    """Who knows the name of a passkey has nothing of it."""
    challenge = new_token()
    forged = SoftwareAuthenticator(passkey.handle, credential_id=passkey.credential_id, sign_count=9)
    assert (
        await refusal_of(log_in_by(harness, forged.sign(challenge), challenge)) == RefusalCode.PASSKEY_REFUSED
    )


async def test_an_unknown_passkey_is_refused(harness: Harness, owner: PasskeyOwner) -> None:
    """Never added, or removed: alike, and the audit names nobody."""
    challenge, never = new_token(), await owner.authenticator()
    assert (
        await refusal_of(log_in_by(harness, never.sign(challenge), challenge)) == RefusalCode.PASSKEY_REFUSED
    )
    removed = await owner.with_passkey()
    await owner.remove((await owner.own())[0])
    refused = await refusal_of(log_in_by(harness, removed.sign(challenge), challenge))
    assert refused == RefusalCode.PASSKEY_REFUSED
    assert await audited(harness, "passkey_failed") == 0


async def test_a_passkey_that_names_another_account_is_refused(
    harness: Harness, passkey: SoftwareAuthenticator
) -> None:
    """Nor is one taken that names none: it would not have been found without an ID."""
    for handle in (bytes(16), b""):
        challenge, passkey.handle = new_token(), handle
        refused = await refusal_of(log_in_by(harness, passkey.sign(challenge), challenge))
        assert refused == RefusalCode.PASSKEY_REFUSED
    challenge = new_token()
    text = json.loads(passkey.sign(challenge))
    del text["response"]["userHandle"]
    assert await refusal_of(log_in_by(harness, json.dumps(text), challenge)) == RefusalCode.PASSKEY_REFUSED


@pytest.mark.parametrize("by", [-3, -1, 0])
async def test_a_count_that_does_not_grow_is_refused(
    harness: Harness, passkey: SoftwareAuthenticator, by: int
) -> None:
    """Somebody may have copied it (6.1.1)."""
    for _ in range(5):
        challenge = new_token()
        await log_in_by(harness, passkey.sign(challenge), challenge)
    passkey.sign_count += by - 1
    challenge = new_token()
    refused = await refusal_of(log_in_by(harness, passkey.sign(challenge), challenge))
    assert refused == RefusalCode.PASSKEY_REFUSED


async def test_no_text_is_a_fault(harness: Harness, passkey: SoftwareAuthenticator) -> None:
    """Whatever a browser may send: cut off anywhere, bytes changed anywhere, no JSON at all."""
    challenge = new_token()
    whole = passkey.sign(challenge)
    broken = [whole[:cut] for cut in range(0, len(whole), 31)]
    broken += [whole.replace("A", sign, 2) for sign in "%\u3042{"] + ["[]", "{}", "[" * 5_000, "null", "1"]
    for number, text in enumerate(broken):
        refused = await refusal_of(log_in_by(harness, text, challenge, network=f"n{number}"))
        assert refused == RefusalCode.PASSKEY_REFUSED, text
        await harness.run("DELETE FROM throttle_hits")
