"""パスキー: added after the password was typed again, shown, removed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from component.identity.test_export_data import export
from support.address_changes import Customer, refusal_of
from support.identity_harness import Harness
from support.passkeys_of_identity import PasskeyOwner

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_token
from messages.account_notices import AccountChange, AccountChanged
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import RefusalCode as IdentityCode
from messages.passkeys import RefusalCode
from services.identity.accounts.close_ended_accounts import close_ended_accounts


@pytest.fixture
async def owner(customer: Customer) -> PasskeyOwner:
    """Taro-01, who has no passkey yet."""
    return PasskeyOwner(customer.harness)


async def kinds(harness: Harness) -> list[str]:
    """What the audit tells of passkeys, oldest first."""
    rows = await harness.run("SELECT kind FROM audit_entries WHERE kind LIKE 'passkey%' ORDER BY id")
    return [row["kind"] for row in rows]


async def test_a_passkey_is_added_shown_and_removed_and_its_holder_is_told(owner: PasskeyOwner) -> None:
    """Each change is in the audit and in a mail."""
    harness, authenticator = owner.harness, await owner.authenticator()
    challenge = await owner.offer()
    await owner.add(challenge, authenticator.make(challenge), name="  会社のパソコン ")
    [own] = await owner.own()
    assert (own.name, own.last_used_at, own.transports) == ("会社のパソコン", None, ("internal", "hybrid"))
    assert abs(own.made_at - await harness.now()) < timedelta(minutes=1)
    await owner.remove(own)
    await owner.remove(own)
    assert await owner.own() == ()
    assert await kinds(harness) == ["passkey_added", "passkey_removed"]
    told = [each.change for each in await harness.said(AccountChanged)]
    assert told == [AccountChange.PASSKEY_ADDED, AccountChange.PASSKEY_REMOVED]


async def test_an_open_screen_is_not_enough(owner: PasskeyOwner) -> None:
    """Without the password nothing is offered."""
    assert await refusal_of(owner.offer("Wrong-12")) == SettingsCode.WRONG_PASSWORD
    nobodys = new_token()
    made = (await owner.authenticator()).make(nobodys)
    assert await refusal_of(owner.add(nobodys, made)) == RefusalCode.PASSKEY_OFFER_ENDED
    assert await owner.own() == ()


async def test_who_is_not_logged_in_any_more_does_nothing(owner: PasskeyOwner) -> None:
    """His session was ended meanwhile."""
    authenticator, challenge = await owner.authenticator(), await owner.offer()
    made = authenticator.make(challenge)
    await owner.harness.run("DELETE FROM sessions")
    for asked in (owner.offer(), owner.add(challenge, made), owner.own()):
        assert await refusal_of(asked) == IdentityCode.SESSION_ENDED


async def test_an_offer_is_taken_once_and_a_second_press_is_the_same(owner: PasskeyOwner) -> None:
    """Also of simultaneous ones: one passkey, one mail."""
    authenticator, challenge = await owner.authenticator(), await owner.offer()
    made = authenticator.make(challenge)
    await asyncio.gather(*(owner.add(challenge, made) for _ in range(4)))
    assert len(await owner.own()) == 1
    assert len(await owner.harness.said(AccountChanged)) == 1
    another = (await owner.authenticator()).make(challenge)
    assert await refusal_of(owner.add(challenge, another)) == RefusalCode.PASSKEY_OFFER_ENDED


async def test_an_offer_ends_after_ten_minutes(owner: PasskeyOwner) -> None:
    """Nobody comes back to it later."""
    authenticator, challenge = await owner.authenticator(), await owner.offer()
    await owner.harness.pretend_ago("passkey_challenges", "made_at", timedelta(minutes=10, seconds=1))
    ended = owner.add(challenge, authenticator.make(challenge))
    assert await refusal_of(ended) == RefusalCode.PASSKEY_OFFER_ENDED


async def test_an_offer_is_for_the_account_that_it_was_made_to(owner: PasskeyOwner) -> None:
    """Another customer's session does not take it."""
    challenge = await owner.offer()
    await owner.harness.given_account("Hana-02", number="102031")
    await owner.harness.log_in("Hana-02", session="hers")
    hers = PasskeyOwner(owner.harness, "hers")
    made = (await hers.authenticator()).make(challenge)
    assert await refusal_of(hers.add(challenge, made)) == RefusalCode.PASSKEY_OFFER_ENDED


@pytest.mark.parametrize(
    "told",
    [
        {"verified": False},
        {"origin": "https://evil.example"},
        {"type": "webauthn.get"},
        {"challenge": "b3RoZXI"},
        {"fmt": "tpm"},
        {"vouched": True},
    ],
    ids=["no verification", "origin", "type", "challenge", "tpm", "its maker's word"],
)
async def test_what_was_not_made_here_and_now_is_refused(owner: PasskeyOwner, told: dict[str, Any]) -> None:
    """The offer stays: the browser may try again."""
    authenticator, challenge = await owner.authenticator(), await owner.offer()
    asked = {"challenge": challenge} | told
    text = authenticator.make(asked.pop("challenge"), **asked)
    assert await refusal_of(owner.add(challenge, text)) == RefusalCode.PASSKEY_NOT_MADE
    await owner.add(challenge, authenticator.make(challenge))


async def test_a_passkey_of_another_site_is_refused(owner: PasskeyOwner) -> None:
    """Its authenticator was asked for another host, whatever the browser says."""
    challenge, authenticator = await owner.offer(), await owner.authenticator(origin="http://evil.example")
    text = authenticator.make(challenge, origin="http://localhost:8080")
    assert await refusal_of(owner.add(challenge, text)) == RefusalCode.PASSKEY_NOT_MADE


async def test_the_passkey_of_another_account_is_not_added(owner: PasskeyOwner) -> None:
    """Nobody takes it over."""
    taken = await owner.with_passkey()
    await owner.harness.given_account("Hana-02", number="102031")
    await owner.harness.log_in("Hana-02", session="hers")
    hers = PasskeyOwner(owner.harness, "hers")
    challenge = await hers.offer()
    assert await refusal_of(hers.add(challenge, taken.make(challenge))) == RefusalCode.PASSKEY_KNOWN
    assert (await hers.own(), len(await owner.own())) == ((), 1)


async def test_another_accounts_passkey_is_not_removed(owner: PasskeyOwner) -> None:
    """Nobody learns whether there was one, and nobody is told."""
    await owner.with_passkey()
    [own] = await owner.own()
    await owner.harness.given_account("Hana-02", number="102031")
    await owner.harness.log_in("Hana-02", session="hers")
    await owner.harness.run("DELETE FROM outbox")
    await PasskeyOwner(owner.harness, "hers").remove(own)
    assert [each.passkey_key for each in await owner.own()] == [own.passkey_key]
    assert await owner.harness.said(AccountChanged) == []


async def test_an_account_has_ten_at_most(owner: PasskeyOwner) -> None:
    """The eleventh is not offered, nor added by those who were offered it before."""
    challenges = [await owner.offer() for _ in range(12)]
    authenticators = [await owner.authenticator() for _ in challenges]
    adding = [
        owner.add(challenge, each.make(challenge))
        for challenge, each in zip(challenges, authenticators, strict=True)
    ]
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    refused = [each.code for each in outcomes if isinstance(each, Refusal)]
    assert refused == [RefusalCode.TOO_MANY_PASSKEYS] * 2
    assert len(await owner.own()) == 10
    assert await refusal_of(owner.offer()) == RefusalCode.TOO_MANY_PASSKEYS


async def test_passkeys_go_with_their_account(owner: PasskeyOwner) -> None:
    """With all that is personal, at its end; and the offers of then an hour later."""
    await owner.with_passkey()
    await owner.offer()
    await owner.harness.run("UPDATE accounts SET left_at = now() - interval '31 days', frozen_at = now()")
    await close_ended_accounts(owner.harness.service)
    assert await owner.harness.run("SELECT FROM passkeys") == []


async def test_the_file_of_all_that_is_kept_has_them(owner: PasskeyOwner) -> None:
    """With the name that he gave."""
    await owner.with_passkey()
    kept = await export(owner.harness, session=owner.session)
    assert [(each.name, each.last_used_at) for each in kept.passkeys] == [("わたしのスマートフォン", None)]


async def test_no_text_is_a_fault(owner: PasskeyOwner) -> None:
    """Whatever a browser may send: cut off anywhere, bytes changed anywhere, no JSON at all."""
    challenge, authenticator = await owner.offer(), await owner.authenticator()
    whole = authenticator.make(challenge)
    broken = [whole[:cut] for cut in range(0, len(whole), 37)]
    broken += [whole.replace("A", sign, 3) for sign in "%\u3042\ud7ff{"] + ["[]", "{}", "[" * 5_000, "null"]
    for text in broken:
        assert await refusal_of(owner.add(challenge, text)) == RefusalCode.PASSKEY_NOT_MADE, text
