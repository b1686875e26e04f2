"""The nightly file of contracts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from support.identity_harness import KANA, NUMBER, PHONE, Harness

from chassis.csv_import import BrokenFile
from chassis.messaging.refusal import Refusal
from messages.identity import ContractReplaced, RefusalCode, SessionEnded
from services.identity.contracts.import_contracts import ImportedContracts, import_contracts

Write = Callable[..., Path]

TITLES = ("お客様番号", "契約区分", "契約者名カナ", "電話番号1", "電話番号2", "契約状態", "契約日", "解約日")
TARO = ("0000102030", "個人", "ｱｲｺﾑ ﾀﾛｳ", "0748-66-0739", "", "契約中", "2019/04/01", "")
COMPANY = (
    "0000405060",
    "法人",
    "カブシキガイシャ　シガラキトウギョウ",
    "0748-00-0002",
    "090-0000-0003",
    "契約中",
    "2020-01-15",
    "",
)
HANAKO = "アイコム　ハナコ"


def changed(row: tuple[str, ...], **cells: str) -> tuple[str, ...]:
    """The row with other cells: kana, phone, state, began_on, closed_on."""
    places = {"kana": 2, "phone": 3, "state": 5, "began_on": 6, "closed_on": 7}
    return tuple(
        next((text for name, text in cells.items() if places[name] == place), cell)
        for place, cell in enumerate(row)
    )


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of rows as the billing system does."""

    def write_rows(
        *rows: tuple[str, ...], titles: tuple[str, ...] = TITLES, encoding: str = "utf-8-sig"
    ) -> Path:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows([titles, *rows])
        path = tmp_path / "contracts.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write_rows


async def brought(harness: Harness, path: Path, *, dry_run: bool = False) -> ImportedContracts:
    """The outcome of an import."""
    return await import_contracts(harness.database, path, dry_run=dry_run)


async def given_logged_in_holder(harness: Harness) -> None:
    """アイコム　タロウ has an account of the imported contract, and a session."""
    [contract] = await harness.run("SELECT contract_key FROM contracts WHERE customer_number = $1", NUMBER)
    await harness.given_account(contract_key=contract["contract_key"])
    await harness.log_in(session="session")


async def refusal_of(harness: Harness, *typed: str) -> str:
    """The code with which a proof is refused."""
    with pytest.raises(Refusal) as caught:
        await harness.prove(*typed)
    return caught.value.code


@pytest.mark.parametrize(
    ("encoding", "found"), [("utf-8-sig", "utf-8-sig"), ("utf-8", "utf-8"), ("cp932", "cp932")]
)
async def test_imported_contracts_can_be_proved(
    harness: Harness, write: Write, encoding: str, found: str
) -> None:
    """In each encoding; half-width kana, hyphens and leading zeros make no difference (C1)."""
    imported = await brought(harness, write(TARO, COMPANY, encoding=encoding))
    assert imported == ImportedContracts(
        found, read=2, added=2, changed=0, unchanged=0, closed=0, frozen_accounts=0
    )
    assert await harness.prove()
    assert await harness.prove("405060", "09000000003", "カブシキガイシヤ　シガラキトウギヨウ")


async def test_english_titles_and_values_in_any_order_are_taken(harness: Harness, write: Write) -> None:
    """C3; columns that may be empty may be absent."""
    titles = ("began_on", "state", "phone_number_1", "holder_kana", "holder_kind", "customer_number")
    row = ("2019-04-01", "active", PHONE, KANA, "person", NUMBER)
    assert (await brought(harness, write(row, titles=titles))).added == 1
    assert await harness.prove()


async def test_the_same_file_again_changes_nothing(harness: Harness, write: Write) -> None:
    """C7."""
    closed = changed(TARO, state="解約", closed_on="2026/03/15")
    for row in (TARO, closed):
        path = write(row, COMPANY)
        await brought(harness, path)
        before = await harness.run("SELECT * FROM contracts ORDER BY customer_number")
        again = await brought(harness, path)
        assert (again.added, again.changed, again.unchanged, again.closed) == (0, 0, 2, 0)
        assert await harness.run("SELECT * FROM contracts ORDER BY customer_number") == before


async def test_contracts_that_the_file_does_not_name_stay(harness: Harness, write: Write) -> None:
    """A file may hold only what changed."""
    await brought(harness, write(TARO))
    assert (await brought(harness, write(COMPANY))).added == 1
    assert await harness.prove()


async def test_a_new_phone_number_replaces_the_old_one(harness: Harness, write: Write) -> None:
    """The same holder: key and account stay."""
    await brought(harness, write(TARO))
    await given_logged_in_holder(harness)
    imported = await brought(harness, write(changed(TARO, phone="0748-00-9999")))
    assert (imported.changed, imported.frozen_accounts) == (1, 0)
    assert await refusal_of(harness, NUMBER, PHONE, KANA) == RefusalCode.CONTRACT_MISMATCH
    assert await refusal_of(harness, NUMBER, "0748009999", KANA) == RefusalCode.CONTRACT_ALREADY_REGISTERED
    assert await harness.show_session("session")


async def test_an_ended_contract_is_counted_and_cannot_register(harness: Harness, write: Write) -> None:
    """T8."""
    await brought(harness, write(TARO))
    imported = await brought(harness, write(changed(TARO, state="解約", closed_on="2026/03/15")))
    assert (imported.changed, imported.closed) == (1, 1)
    assert await refusal_of(harness, NUMBER, PHONE, KANA) == RefusalCode.CONTRACT_MISMATCH


async def test_a_contract_that_runs_again_needs_a_new_closing_notice(harness: Harness, write: Write) -> None:
    """Q24: an old notice must not close the account at the next end."""
    await brought(harness, write(changed(TARO, state="解約", closed_on="2026/03/15")))
    await given_logged_in_holder(harness)
    await harness.run("UPDATE accounts SET closing_notice_at = now()")
    await brought(harness, write(TARO))
    assert [row[0] for row in await harness.run("SELECT closing_notice_at FROM accounts")] == [None]


async def test_a_new_name_freezes_the_account_and_ends_its_sessions(harness: Harness, write: Write) -> None:
    """Q23: marriage or another holder, the desk finds out; the contract keeps its key."""
    await brought(harness, write(TARO))
    await given_logged_in_holder(harness)
    imported = await brought(harness, write(changed(TARO, kana=HANAKO)))
    assert (imported.changed, imported.frozen_accounts) == (1, 1)
    assert [event.session_token_hash for event in await harness.said(SessionEnded)] == ["session"]
    assert await refusal_of(harness, NUMBER, PHONE, KANA) == RefusalCode.CONTRACT_MISMATCH
    assert await refusal_of(harness, NUMBER, PHONE, HANAKO) == RefusalCode.CONTRACT_ALREADY_REGISTERED
    assert len(await harness.run("SELECT 1 FROM contracts")) == 1


async def test_another_spelling_of_the_name_is_no_new_name(harness: Harness, write: Write) -> None:
    """Width and spaces (Q4): it is shown as it is written now, and nobody is frozen."""
    await brought(harness, write(TARO))
    again = await brought(harness, write(changed(TARO, kana="アイコムタロウ")))
    assert (again.changed, again.frozen_accounts) == (1, 0)
    assert [row[0] for row in await harness.run("SELECT holder_kana FROM contracts")] == ["アイコムタロウ"]


async def test_a_number_that_passed_on_is_another_contract_for_its_new_holder(
    harness: Harness, write: Write
) -> None:
    """Q23: the new holder registers, and sees no charges from before; the old account is frozen."""
    await brought(harness, write(TARO))
    await given_logged_in_holder(harness)
    [former] = [row["contract_key"] for row in await harness.run("SELECT contract_key FROM contracts")]
    imported = await brought(harness, write(changed(TARO, kana=HANAKO, began_on="2026/02/01")))
    assert (imported.changed, imported.frozen_accounts) == (1, 1)
    assert [event.contract_key for event in await harness.said(ContractReplaced)] == [former]
    assert await harness.prove(NUMBER, PHONE, HANAKO)
    assert await refusal_of(harness, NUMBER, PHONE, KANA) == RefusalCode.CONTRACT_MISMATCH
    living = await harness.run("SELECT began_on FROM contracts WHERE replaced_at IS NULL")
    assert [row["began_on"] for row in living] == [date(2026, 2, 1)]
    assert len(await harness.run("SELECT 1 FROM contracts WHERE replaced_at IS NOT NULL")) == 1
    for days in (0, 3):  # said again by the next night's file, for who has not heard it; then nobody needs it
        await harness.run(f"UPDATE contracts SET replaced_at = replaced_at - interval '{days} days'")
        await brought(harness, write(changed(TARO, kana=HANAKO, began_on="2026/02/01")))
        assert [event.contract_key for event in await harness.said(ContractReplaced)] == [former] * 2


async def test_a_dry_run_tells_what_would_happen_and_changes_nothing(harness: Harness, write: Write) -> None:
    """C7; frozen accounts included."""
    await brought(harness, write(TARO))
    await given_logged_in_holder(harness)
    imported = await brought(harness, write(changed(TARO, kana=HANAKO), COMPANY), dry_run=True)
    assert (imported.added, imported.changed, imported.frozen_accounts) == (1, 1, 1)
    assert await harness.show_session("session")
    assert len(await harness.run("SELECT 1 FROM contracts")) == 1
    assert len(await harness.run("SELECT 1 FROM imports")) == 1


async def test_every_import_is_on_record(harness: Harness, write: Write) -> None:
    """C11: who, which file, what came of it."""
    path = write(TARO, COMPANY)
    await brought(harness, path)
    [row] = await harness.run("SELECT * FROM imports")
    assert (row["read_rows"], row["added"], len(row["file_sha256"])) == (2, 2, 64)
    assert row["imported_by"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("１２x", *TARO[1:]), "お客様番号"),
        (("0000", *TARO[1:]), "お客様番号"),
        (changed(TARO, kana="愛込太郎"), "契約者名カナ"),
        (changed(TARO, phone="12345"), "電話番号1"),
        (changed(TARO, phone=""), "電話番号1"),
        (changed(TARO, state="休止"), "契約状態"),
        (changed(TARO, began_on="2019/02/30"), "契約日"),
        (changed(TARO, began_on="0019/02/03"), "契約日"),
        (changed(TARO, state="解約"), "解約日"),
        (changed(TARO, closed_on="2026/03/15"), "解約日"),
        (changed(TARO, state="解約", closed_on="2018/03/15"), "解約日"),
        (("405060", *TARO[1:]), "お客様番号"),
    ],
    ids=range(12),
)
async def test_one_broken_row_refuses_the_whole_file(
    harness: Harness, write: Write, row: tuple[str, ...], column: str
) -> None:
    """C7, C8: with line, column and a Japanese reason; nothing was changed."""
    with pytest.raises(BrokenFile) as caught:
        await brought(harness, write(COMPANY, row))
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(3, column)]
    assert caught.value.problems[0].reason
    assert await harness.run("SELECT 1 FROM contracts") == []


async def test_progress_is_told_up_to_the_last_row(harness: Harness, write: Write) -> None:
    """For the progress bar (C7)."""
    told: list[tuple[int, int]] = []
    path = write(TARO, COMPANY)
    await import_contracts(
        harness.database, path, dry_run=False, progress=lambda done, total: told.append((done, total))
    )
    assert told[-1] == (2, 2)
