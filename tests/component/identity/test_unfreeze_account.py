"""The desk gives a frozen account back (Q23)."""

from __future__ import annotations

from support.identity_harness import NUMBER, Harness

from messages.account_notices import AccountChange, DeskChangedAccount
from messages.values import AccountId, CustomerNumber
from services.identity.accounts.unfreeze_account import unfreeze_account


async def unfreeze(harness: Harness) -> bool:
    """As `mypage accounts unfreeze` does."""
    return await unfreeze_account(
        harness.database, CustomerNumber(NUMBER), done_by="hanako", reason="改姓を確認"
    )


async def test_a_frozen_account_works_again_and_it_is_noted_who_did_it(harness: Harness) -> None:
    """With the reason; the holder is told."""
    await harness.given_account()
    await harness.run("UPDATE accounts SET frozen_at = now()")
    assert await unfreeze(harness)
    assert await harness.log_in()
    [row] = await harness.run("SELECT done_by, kind, reason FROM audit_entries WHERE reason <> ''")
    assert tuple(row) == ("hanako", "account_unfrozen", "改姓を確認")
    [told] = await harness.said(DeskChangedAccount)
    assert told.change is AccountChange.ACCOUNT_UNFROZEN


async def test_an_account_that_is_not_frozen_is_left_alone(harness: Harness) -> None:
    """Nothing is noted."""
    await harness.given_account()
    assert not await unfreeze(harness)
    assert await harness.run("SELECT FROM audit_entries WHERE done_by IS NOT NULL") == []


async def test_a_former_holders_account_is_found_by_its_id_alone(harness: Harness) -> None:
    """The number is another holder's by now."""
    await harness.given_account()
    await harness.run("UPDATE accounts SET frozen_at = now()")
    await harness.run("UPDATE contracts SET replaced_at = now()")
    assert not await unfreeze(harness)
    assert await unfreeze_account(
        harness.database, AccountId("taro-01"), done_by="hanako", reason="前の契約者に確認"
    )
    assert await harness.log_in()
