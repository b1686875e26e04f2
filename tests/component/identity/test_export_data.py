"""データのダウンロード: all that identity keeps of a customer, for who knows his password, and told of."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from support.identity_harness import KEYS, PASSWORD, Harness, received

from chassis.messaging.parsing import MAX_BODY
from chassis.messaging.refusal import Refusal
from chassis.security.sealing import Sealer, Unsealer, new_sealing_keys
from messages.account_notices import AccountChange, AccountChanged
from messages.account_settings import RefusalCode, TypedPassword
from messages.data_export import DataExported, ExportData, KeptData
from messages.identity import RefusalCode as IdentityCode
from messages.login_history import HistoryKind
from services.identity.audit.domain import EXPORTED_AT_MOST
from services.identity.own_account.export_data import export_data

FORM = UUID(int=73)


async def export(harness: Harness, **typed: Any) -> KeptData:
    """What the asker finds in the answer."""
    private, public = new_sealing_keys()
    reply = await asked_for(harness, public, **typed)
    bound_to = typed.get("session", "session")
    return Unsealer([private]).open(reply.data, KeptData, bound_to=bound_to)


async def asked_for(
    harness: Harness,
    answer_key: str,
    *,
    password: str = PASSWORD,
    session: str = "session",
    form: UUID = FORM,
) -> DataExported:
    """[ダウンロードする]."""
    sealed = Sealer(KEYS.sealing_public).seal(
        TypedPassword(password=password), to="identity", bound_to=session
    )
    command = ExportData(
        session_token_hash=session,
        client_network="network",
        form_key=form,
        password=sealed,
        answer_key=answer_key,
    )
    return await export_data(harness.service, command, received())


@pytest.fixture
async def customer(harness: Harness) -> Harness:
    """Logged in on two devices."""
    await harness.given_account()
    await harness.log_in(session="session", device="iphone/safari")
    await harness.log_in(session="desktop", device="windows/chrome")
    await harness.run("DELETE FROM outbox")
    return harness


async def refusal_of(attempt: object) -> str:
    """The code of the refusal that an attempt ends with."""
    with pytest.raises(Refusal) as caught:
        await attempt  # type: ignore[misc]
    return str(caught.value.code)


async def exports_told(harness: Harness) -> int:
    """How many entries of the audit say so."""
    return len(await harness.run("SELECT FROM audit_entries WHERE kind = 'data_exported'"))


async def test_the_customer_gets_what_stands_in_the_tables(customer: Harness) -> None:
    """Account, contract, sessions with their devices, and everything that was done, this export too."""
    await customer.given_account("Jiro-02", number="405060")
    await customer.log_in("Jiro-02", session="another's")
    data = await export(customer)
    assert (data.account_id, data.nickname, data.email_address) == ("Taro-01", "たろう", "taro@example.jp")
    assert data.last_login_at is not None
    contract = data.contract
    assert (contract.customer_number, contract.holder_kana) == ("102030", "アイコム　タロウ")
    assert contract.phone_numbers == ("0748660739", "09000000001")
    assert (contract.began_on, contract.closed_on) == (date(2019, 4, 1), None)
    assert [(each.device, each.is_this_one) for each in data.sessions] == [
        ("iphone/safari", True),
        ("windows/chrome", False),
    ]
    assert [line.kind for line in data.history] == [
        HistoryKind.DATA_EXPORTED,
        HistoryKind.LOGGED_IN,
        HistoryKind.LOGGED_IN,
        HistoryKind.ACCOUNT_OPENED,
    ]


async def test_the_history_reaches_as_far_as_it_is_kept(customer: Harness) -> None:
    """Not ninety days, as the page; and what the desk read of him stays with the desk."""
    await customer.pretend_ago("audit_entries", "happened_at", timedelta(days=300))
    await customer.run("""
        INSERT INTO audit_entries (kind, account_key, done_by, reason)
        SELECT 'account_shown', account_key, 'hanako', '確認' FROM accounts
    """)
    kinds = [line.kind for line in (await export(customer)).history]
    assert len(kinds) == 4
    assert HistoryKind.OTHER not in kinds


async def test_the_longest_history_fits_into_an_answer(customer: Harness) -> None:
    """A longer body would be refused on its way; the newest thousand are told."""
    longest = max((kind for kind in HistoryKind), key=len)
    await customer.run(
        """
        INSERT INTO audit_entries (kind, account_key, device)
        SELECT $1, account_key, 'chromebook/samsung' FROM accounts, generate_series(1, 1100)
        """,
        longest.value,
    )
    reply = await asked_for(customer, new_sealing_keys()[1])
    assert MAX_BODY * 0.4 < len(reply.model_dump_json()) < MAX_BODY * 0.9
    assert len((await export(customer)).history) == EXPORTED_AT_MOST


async def test_a_dead_session_is_not_told_of(customer: Harness) -> None:
    """It waits for the next clean-up."""
    idle = "UPDATE sessions SET last_seen_at = now() - interval '31 minutes' WHERE session_token_hash = $1"
    await customer.run(idle, "desktop")
    assert len((await export(customer)).sessions) == 1


async def test_it_is_told_in_the_audit_and_by_mail_once_for_a_form(customer: Harness) -> None:
    """A double click gets two files and one mail; another form is another mail."""
    await export(customer)
    await export(customer)
    await export(customer, form=UUID(int=74))
    assert await exports_told(customer) == 3
    told = await customer.said(AccountChanged)
    assert {each.change for each in told} == {AccountChange.DATA_EXPORTED}
    assert len({each.notice_key for each in told}) == 2


async def test_a_wrong_password_gets_nothing_and_is_not_told_as_an_export(customer: Harness) -> None:
    """An open screen is not enough."""
    assert await refusal_of(export(customer, password="Wrong-12")) == RefusalCode.WRONG_PASSWORD
    assert await exports_told(customer) == 0
    assert await customer.said(AccountChanged) == []


async def test_five_a_day_also_at_once(customer: Harness) -> None:
    """The sixth waits; a day later there is room."""
    tries = [export(customer) for _ in range(7)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    refused = [each for each in results if isinstance(each, Refusal)]
    assert [each.code for each in refused] == [RefusalCode.TOO_MANY_EXPORTS] * 2
    assert await exports_told(customer) == 5
    await customer.let_pass(timedelta(hours=24))
    await export(customer)


@pytest.mark.parametrize("column", ["frozen_at", "last_seen_at"])
async def test_nobody_without_a_living_session_and_account(customer: Harness, column: str) -> None:
    """Frozen, left or idle: the password alone opens nothing."""
    if column == "frozen_at":
        await customer.run("UPDATE accounts SET frozen_at = now()")
    else:
        await customer.run("UPDATE sessions SET last_seen_at = now() - interval '31 minutes'")
    assert await refusal_of(export(customer)) == IdentityCode.SESSION_ENDED
    assert await exports_told(customer) == 0


async def test_another_holders_name_is_not_in_it(customer: Harness) -> None:
    """A name that an import left behind belongs to nobody (ADR 0061)."""
    await customer.run("UPDATE contracts SET holder_kana_key = 'アイコムハナコ'")
    assert (await export(customer)).contract.holder_kana is None
