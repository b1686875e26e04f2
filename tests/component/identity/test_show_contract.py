"""ご契約内容: whose contract is this session's?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.billing_exports import write_contracts
from support.identity_harness import KANA, NUMBER, PHONE, Harness

from chassis.messaging.refusal import Refusal
from chassis.security.sealing import BrokenSeal, Unsealer, new_sealing_keys
from messages.contract_shown import HolderShown
from messages.identity import RefusalCode
from services.identity.contracts.import_contracts import import_contracts


@pytest.fixture
async def logged_in(harness: Harness) -> Harness:
    """Somebody has the session "session"."""
    await harness.given_account()
    await harness.log_in(session="session")
    return harness


async def test_a_customer_sees_his_number_and_his_name_as_it_is_written(logged_in: Harness) -> None:
    """With small kana and the space between its parts, which the key has not."""
    shown, holder = await logged_in.show_contract()
    assert (shown.customer_number, holder.holder_kana) == (NUMBER, KANA)


async def test_the_name_is_for_the_asker_alone(logged_in: Harness) -> None:
    """Whoever reads the reply on its way learns nothing; nor does another question's key open it."""
    shown, _ = await logged_in.show_contract()
    assert KANA not in shown.model_dump_json()
    with pytest.raises(BrokenSeal):
        Unsealer([new_sealing_keys()[0]]).open(shown.holder, HolderShown, bound_to="session")


async def test_a_name_that_no_import_brought_is_none(logged_in: Harness) -> None:
    """The key is never shown: it has no small kana and no spaces."""
    await logged_in.run("UPDATE contracts SET holder_kana = NULL")
    assert (await logged_in.show_contract())[1].holder_kana is None


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE sessions SET last_seen_at = now() - interval '30 minutes'",
        "UPDATE sessions SET created_at = now() - interval '12 hours'",
        "UPDATE accounts SET frozen_at = now()",
        "DELETE FROM sessions",
    ],
)
async def test_a_session_that_ended_shows_no_contract(logged_in: Harness, end: str) -> None:
    """G18; and a frozen account's contract may be somebody else's now (Q23)."""
    await logged_in.run(end)
    with pytest.raises(Refusal) as refused:
        await logged_in.show_contract()
    assert refused.value.code == RefusalCode.SESSION_ENDED


async def test_looking_at_a_contract_does_not_keep_the_session_alive(logged_in: Harness) -> None:
    """The page's own question does."""
    await logged_in.pretend_ago("sessions", "last_seen_at", timedelta(minutes=20))
    before = await logged_in.run("SELECT last_seen_at FROM sessions")
    await logged_in.show_contract()
    assert await logged_in.run("SELECT last_seen_at FROM sessions") == before


async def test_a_contract_of_the_release_before_gets_its_name_with_the_next_import(
    logged_in: Harness, tmp_path: Path
) -> None:
    """It knew the key alone; once the name is there, the same file changes nothing."""
    await logged_in.run("UPDATE contracts SET holder_kana = NULL")
    holder = SimpleNamespace(customer_number=NUMBER, phone_number=PHONE, holder_kana=KANA, base_yen=0)
    file = write_contracts(tmp_path / "contracts.csv", [holder])
    assert (await import_contracts(logged_in.database, file, dry_run=False)).changed == 1
    assert (await import_contracts(logged_in.database, file, dry_run=False)).unchanged == 1
    assert (await logged_in.show_contract())[1].holder_kana == KANA
