"""What a log-in costs tells nothing, and is today's cost."""

from __future__ import annotations

import pytest
from abuse.test_guessed_passwords import at_home, guess, refusal
from support.identity_harness import HASHER, PASSWORD, Harness
from support.statements import statements_of

from chassis.messaging.refusal import Refusal
from chassis.security.hashing import PasswordHasher
from messages.identity import RefusalCode
from services.identity.accounts import repository as accounts


@pytest.mark.parametrize(
    ("account_id", "password"),
    [
        ("Taro-01", "Wrong-123"),
        ("nobody", PASSWORD),
        ("Taro-01", ""),
        ("nobody", ""),
        ("Taro-01", "x" * 65),
        ("Taro-01", "x" * 60_000),
        ("frozen", "Wrong-123"),
        ("\x00", PASSWORD),
    ],
    ids=range(8),
)
async def test_x15_whatever_fails_costs_one_hash_and_the_same_statements(
    identity: Harness, account_id: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing typed, or far too much, an ID that is nobody's."""
    await identity.given_account()
    await identity.given_account("frozen", number="405060")
    await identity.run("UPDATE accounts SET frozen_at = now() WHERE account_id_folded = 'frozen'")
    hashed: list[str] = []
    check = HASHER._check
    monkeypatch.setattr(HASHER, "_check", lambda *given: (hashed.append("one"), check(*given))[1])
    with statements_of(identity.database) as expected:
        await refusal(identity, "somebody", password)
    with statements_of(identity.database) as seen:
        refused = await refusal(identity, account_id, password, network="another")
    assert (refused.code, refused.retry_after_seconds) == (RefusalCode.WRONG_CREDENTIALS, None)
    assert hashed == ["one", "one"]
    assert seen == expected
    assert len(seen) == (4 if password else 3)  # the audit is told of a guess


async def test_passwords_get_todays_cost_at_the_next_log_in(
    identity: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more hash, once, and only for who is right; a replica with the old setting does not undo it."""
    await identity.given_account()
    dear = PasswordHasher(memory_kib=16, passes=2)
    raised = identity.with_settings(hasher=dear)
    made: list[str] = []
    hash_once = dear.hash

    async def counted(password: str) -> str:
        made.append("one")
        return await hash_once(password)

    monkeypatch.setattr(dear, "hash", counted)
    with pytest.raises(Refusal):
        await raised.log_in(password="Wrong-123")
    assert made == []
    shown = await raised.log_in(**at_home())
    assert made == ["one"]
    [row] = await identity.run("SELECT password_hash FROM accounts")
    assert "m=16,t=2" in row["password_hash"]
    assert await raised.log_in(**at_home(shown.device_mark))
    await guess(raised, [("Taro-01", f"evil {each}") for each in range(6)])
    assert await raised.log_in(**at_home(shown.device_mark))  # the mark is of the new hash
    await identity.log_in(**at_home(shown.device_mark))
    assert made == ["one"]
    assert (await identity.run("SELECT password_hash FROM accounts"))[0] == row


async def test_a_password_set_meanwhile_is_not_undone_by_a_renewed_hash(identity: Harness) -> None:
    """A log-in with the old password, under way while it is changed."""
    await identity.given_account()
    [row] = await identity.run("SELECT account_key, password_hash FROM accounts")
    await identity.run("UPDATE accounts SET password_hash = 'set meanwhile'")
    async with identity.database.transaction() as tx:
        await accounts.renew_password_hash(tx, row["account_key"], old=row["password_hash"], new="renewed")
    assert (await identity.run("SELECT password_hash FROM accounts"))[0]["password_hash"] == "set meanwhile"
