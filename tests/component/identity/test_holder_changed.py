"""A contract passes on to another holder: what each of the two sees, and what is left of the former one (Q23,
ADR 0061).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.identity_harness import KEYS, NUMBER, PHONE, Harness, sweep
from test_import_contracts import HANAKO, TARO, changed, write

from chassis.messaging.refusal import Refusal
from chassis.security.signing import Verifier
from messages.identity import AccountClosed, ContractReplaced, RefusalCode, SessionAssertion, SessionShown
from messages.values import AccountId, BillingMonth, CustomerNumber
from services.identity.accounts.unfreeze_account import unfreeze_account
from services.identity.contracts.import_contracts import import_contracts
from services.identity.desk.detach_account import detach_account

Write = Callable[..., Path]
DESK = {"done_by": "hanako", "reason": "名義の変更"}
REPLACED = changed(TARO, kana=HANAKO, began_on="2026/02/15")
RENAMED = changed(TARO, kana=HANAKO)

PRESENT = "SELECT contract_key FROM contracts WHERE replaced_at IS NULL"

__all__ = ["write"]


async def passed_on(harness: Harness, *, days: int) -> None:
    """As if the number had passed on so long ago."""
    age = timedelta(days=days)
    await harness.run(
        "UPDATE contracts SET replaced_at = now() - $1::interval WHERE replaced_at < now()", age
    )


def asserted(shown: SessionShown) -> SessionAssertion:
    """What billing believes of that session."""
    return Verifier(KEYS.signing_public).verify(
        shown.session_assertion, SessionAssertion, said_by="identity", now=datetime.now(UTC)
    )


async def refusal(attempt: object) -> str:
    """The code that it ends with."""
    with pytest.raises(Refusal) as refused:
        await attempt  # type: ignore[misc]
    return refused.value.code


@pytest.fixture
async def former(harness: Harness, write: Write) -> Harness:
    """Taro has an account and a session."""
    await import_contracts(harness.database, write(TARO), dry_run=False)
    [row] = await harness.run("SELECT contract_key FROM contracts")
    await harness.given_account(contract_key=row["contract_key"])
    await harness.log_in(session="of taro")
    return harness


async def open_for_hanako(harness: Harness) -> SessionAssertion:
    """She registers and logs in."""
    assert await harness.prove(NUMBER, PHONE, HANAKO)
    [row] = await harness.run(PRESENT)
    await harness.given_account("Hanako-02", contract_key=row["contract_key"])
    return asserted(await harness.log_in("Hanako-02"))


@pytest.mark.parametrize(
    ("new_holders", "hers_from", "his_until"),
    [
        (False, BillingMonth(2026, 3), BillingMonth(2026, 2)),
        (True, BillingMonth(2026, 2), BillingMonth(2026, 1)),
    ],
)
async def test_each_month_is_one_holders(
    former: Harness, write: Write, new_holders: bool, hers_from: BillingMonth, his_until: BillingMonth
) -> None:
    """The new one reads from the month after the change, or as the operator says. The former one is kept out
    until the desk has spoken with him, and then reads his own alone.
    """
    harness = former.with_settings(month_of_change_is_new_holders=new_holders)
    await import_contracts(harness.database, write(REPLACED), dry_run=False)
    hers = await open_for_hanako(harness)
    assert (hers.charges_from, hers.charges_until) == (hers_from, None)
    assert await refusal(harness.log_in()) == RefusalCode.ACCOUNT_FROZEN
    assert await unfreeze_account(harness.database, AccountId("Taro-01"), **DESK)
    his = asserted(await harness.log_in())
    assert (his.charges_from, his.charges_until) == (BillingMonth(2019, 4), his_until)


async def test_what_is_personal_of_a_former_holder_goes_with_the_quarantine(
    former: Harness, write: Write
) -> None:
    """X46: until then his ID answers as used; afterwards not a word of him is left, also where the desk gave
    the account back. The new holder's stays.
    """
    await import_contracts(former.database, write(REPLACED), dry_run=False)
    await open_for_hanako(former)
    assert await unfreeze_account(former.database, AccountId("Taro-01"), **DESK)
    await former.log_in(session="of taro again")
    await passed_on(former, days=29)
    await sweep(former.service)
    assert await former.said(AccountClosed) == []
    await passed_on(former, days=31)
    await sweep(former.service)
    assert len(await former.said(AccountClosed)) == 1
    [row] = await former.run("SELECT * FROM accounts WHERE closed_at IS NOT NULL")
    assert (row["email_address"], row["nickname"], row["account_id_folded"]) == (None, None, None)
    assert await refusal(former.log_in()) == RefusalCode.WRONG_CREDENTIALS
    assert await refusal(former.show_session("of taro again")) == RefusalCode.SESSION_ENDED
    assert await former.log_in("Hanako-02")


async def test_a_new_name_alone_erases_nobody(former: Harness, write: Write) -> None:
    """A marriage: the account waits for the desk, however long."""
    await import_contracts(former.database, write(RENAMED), dry_run=False)
    await former.pretend_ago("accounts", "frozen_at", timedelta(days=400))
    await sweep(former.service)
    assert await unfreeze_account(former.database, CustomerNumber(NUMBER), **DESK)
    his = asserted(await former.log_in())
    assert (his.charges_from, his.charges_until) == (BillingMonth(2019, 4), None)


async def test_the_desk_detaches_an_account_so_that_the_new_holder_can_register(
    former: Harness, write: Write
) -> None:
    """The contract goes on under another name, as to an heir: nothing of the months before is hers, though it
    began in 2019.
    """
    await import_contracts(former.database, write(RENAMED), dry_run=False)
    refused = await refusal(former.prove(NUMBER, PHONE, HANAKO))
    assert refused == RefusalCode.CONTRACT_ALREADY_REGISTERED
    assert await detach_account(former.database, CustomerNumber(NUMBER), **DESK)
    assert not await detach_account(former.database, AccountId("Taro-01"), **DESK)
    assert await refusal(former.log_in()) == RefusalCode.ACCOUNT_FROZEN
    [event] = await former.said(ContractReplaced)
    assert event.contract_key != (await former.run(PRESENT))[0]["contract_key"]
    hers = await open_for_hanako(former)
    today = BillingMonth.from_date((await former.now() + timedelta(hours=9)).date())
    assert hers.charges_from == today.plus(1)
    told = await former.run("SELECT done_by FROM audit_entries WHERE kind = 'account_detached'")
    assert [row["done_by"] for row in told] == ["hanako"]
