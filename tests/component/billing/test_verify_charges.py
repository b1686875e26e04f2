"""`mypage charges verify` finds what was altered behind its back (C15)."""

from __future__ import annotations

import pytest
from support.billing_harness import CHEAPER, HANAKO, INTERNET, TARO, Harness, two_statements
from support.billing_revisions import MONTH

from services.billing.publication import verify_charges as module
from services.billing.publication.domain import Fault, LineFault
from services.billing.publication.verify_charges import NeverPublished

OF_TARO = f"WHERE customer_number = '{TARO}'"
LINES_OF_TARO = f"WHERE statement_key = (SELECT statement_key FROM statements {OF_TARO})"


async def found(harness: Harness) -> list[tuple[str | None, Fault, int | None]]:
    """Whose, what and which revision."""
    return [
        (each.customer_number, each.fault, each.revision) for each in (await harness.verify()).disagreements
    ]


async def test_what_nobody_touched_is_clean(harness: Harness) -> None:
    """Over two months, one of them corrected, one taken back."""
    await harness.bring(two_statements(harness).add(TARO, "2026-09", INTERNET))
    await harness.bring(harness.files().add(TARO, MONTH, CHEAPER), publish=False)
    await harness.unpublish("2026-09")
    verified = await harness.verify()
    assert (verified.disagreements, verified.count, verified.revisions) == ((), 0, 4)
    assert [str(month) for month in verified.months] == ["2026-09", MONTH]


@pytest.mark.parametrize(
    ("altered", "lines"),
    [
        ("UPDATE statement_lines SET amount_yen = 5001 {lines} AND line_number = 1", [(1, "ALTERED")]),
        ("UPDATE statement_lines SET item = '割引' {lines} AND line_number = 2", [(2, "ALTERED")]),
        ("UPDATE statement_lines SET service = '' {lines} AND line_number = 3", [(3, "ALTERED")]),
        ("UPDATE statement_lines SET tax_rate_percent = 8 {lines} AND line_number = 4", [(4, "ALTERED")]),
        ("UPDATE statement_lines SET line_number = 9 {lines} AND line_number = 4", [(4, "ALTERED")]),
        ("DELETE FROM statement_lines {lines} AND line_number = 2", [(2, "GONE")]),
        (
            "INSERT INTO statement_lines SELECT statement_key, 9, '', '', 0, 0 FROM statements {customer}",
            [(5, "ADDED")],
        ),
        ("UPDATE statements SET base_10_yen = 4499, tax_10_yen = 451 {customer}", []),
        ("UPDATE statements SET base_0_yen = 0, amount_yen = 5198 {customer}", []),
        ("UPDATE issued_statements SET issued_at = issued_at - interval '1 day' {customer}", []),
        ("UPDATE issued_statements SET digest = sha256('') {customer}", []),
    ],
)
async def test_an_altered_row_is_found_with_its_line(
    harness: Harness, altered: str, lines: list[tuple[int, str]]
) -> None:
    """Whichever column it is; and nobody else's."""
    await harness.bring(two_statements(harness))
    await harness.run(altered.format(lines=LINES_OF_TARO, customer=OF_TARO))
    [disagreement] = (await harness.verify(MONTH)).disagreements
    assert (disagreement.customer_number, disagreement.fault) == (TARO, Fault.ALTERED)
    named = [(each.place, each.fault) for each in disagreement.lines]
    assert named == [(place, LineFault[fault]) for place, fault in lines]


async def test_a_statement_that_is_gone_is_found(harness: Harness) -> None:
    """Its lines go with it."""
    await harness.bring(two_statements(harness))
    await harness.run(f"DELETE FROM statements {OF_TARO}")
    assert await found(harness) == [(TARO, Fault.GONE, 1)]


async def test_a_statement_that_was_put_in_or_moved_is_found(harness: Harness) -> None:
    """To another customer, here."""
    await harness.bring(two_statements(harness))
    await harness.run(f"UPDATE statements SET customer_number = '99' {OF_TARO}")
    assert await found(harness) == [(TARO, Fault.GONE, 1), ("99", Fault.UNRECORDED, None)]


@pytest.mark.parametrize(
    ("altered", "faults"),
    [
        ("UPDATE issued_statements SET kept_content = '[]' WHERE revision = 1", [(Fault.HISTORY, 1)]),
        ("UPDATE issued_statements SET kept_content = NULL WHERE revision = 1", [(Fault.HISTORY, 1)]),
        (
            "UPDATE issued_statements SET issued_at = now() - interval '1 h' WHERE revision = 1",
            [(Fault.HISTORY, 1)],
        ),
        ("DELETE FROM issued_statements WHERE revision = 1", [(Fault.HISTORY, 2)]),
        ("DELETE FROM issued_statements WHERE revision = 2", [(Fault.ALTERED, 1)]),
        (
            "UPDATE issued_statements SET revision = 3 WHERE revision = 2",
            [(Fault.ALTERED, 3), (Fault.HISTORY, 3)],
        ),
    ],
)
async def test_a_revision_that_is_not_what_it_was_is_found(
    harness: Harness, altered: str, faults: list[tuple[Fault, int]]
) -> None:
    """A correction cannot be hidden, nor moved in time."""
    await harness.given_charges([MONTH])
    await harness.bring(harness.files().add(TARO, MONTH, CHEAPER))
    await harness.run(altered)
    assert await found(harness) == [(TARO, *fault) for fault in faults]


async def test_a_month_that_was_hidden_or_shown_by_sql_is_found(harness: Harness) -> None:
    """The operator's word is another one (C14)."""
    await harness.bring(two_statements(harness))
    await harness.run("DELETE FROM published_months")
    assert await found(harness) == [(None, Fault.PUBLICATION, None)]
    await harness.publish(MONTH)
    await harness.unpublish(MONTH)
    await harness.run("INSERT INTO published_months VALUES ('2026-10-01')")
    assert await found(harness) == [(None, Fault.PUBLICATION, None)]


async def test_what_is_altered_while_the_month_is_hidden_is_found(harness: Harness) -> None:
    """What customers saw must stay; what an import brings instead may."""
    await harness.bring(two_statements(harness))
    await harness.unpublish(MONTH)
    await harness.bring(harness.files().add(HANAKO, MONTH, CHEAPER), publish=False)
    assert await found(harness) == []
    await harness.run(f"UPDATE statement_lines SET amount_yen = 1 {LINES_OF_TARO} AND line_number = 1")
    assert await found(harness) == [(TARO, Fault.ALTERED, 1)]
    await harness.run(f"UPDATE issued_statements SET kept_content = '' WHERE customer_number = '{HANAKO}'")
    assert (HANAKO, Fault.ALTERED, 1) in await found(harness)


@pytest.mark.parametrize("again", ["publish", "import"])
async def test_publishing_again_does_not_bless_what_was_altered(harness: Harness, again: str) -> None:
    """Else whoever altered it would only have to wait for the next import."""
    await harness.bring(two_statements(harness))
    await harness.run(f"UPDATE statement_lines SET item = 'x' {LINES_OF_TARO} AND line_number = 1")
    if again == "publish":
        await harness.publish(MONTH)
    else:
        await harness.bring(harness.files().add(HANAKO, MONTH, INTERNET))
    assert await found(harness) == [(TARO, Fault.ALTERED, 1)]


async def test_bringing_what_was_shown_mends_what_was_altered(harness: Harness) -> None:
    """Customers have seen no correction, and are told of none."""
    await harness.bring(two_statements(harness))
    await harness.run(f"UPDATE statement_lines SET item = 'x' {LINES_OF_TARO} AND line_number = 1")
    await harness.bring(two_statements(harness))
    assert await found(harness) == []
    assert (await harness.shown(MONTH)).revised_on is None


async def test_a_correction_of_what_was_altered_is_one_and_the_loss_is_told(harness: Harness) -> None:
    """What the first revision said cannot be had any more."""
    await harness.bring(two_statements(harness))
    await harness.run(f"UPDATE statement_lines SET item = 'x' {LINES_OF_TARO} AND line_number = 1")
    await harness.bring(harness.files().add(TARO, MONTH, CHEAPER))
    assert await found(harness) == [(TARO, Fault.HISTORY, 1)]
    assert (await harness.shown(MONTH)).revised_on is not None


async def test_what_was_published_without_a_record_is_told(harness: Harness) -> None:
    """By an earlier release, or by SQL."""
    await harness.given_charges([MONTH], publish=False)
    await harness.run("INSERT INTO published_months VALUES ('2026-10-01')")
    assert await found(harness) == [(None, Fault.PUBLICATION, None), (TARO, Fault.UNRECORDED, None)]
    await harness.publish(MONTH)
    assert await found(harness) == []


async def test_many_disagreements_are_listed_up_to_a_number_and_counted(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each kind and month."""
    monkeypatch.setattr(module, "LISTED", 1)
    await harness.bring(two_statements(harness))
    await harness.run("UPDATE statements SET base_8_yen = base_8_yen - 1, base_0_yen = base_0_yen + 1")
    verified = await harness.verify()
    assert (len(verified.disagreements), verified.count) == (1, 2)


@pytest.mark.parametrize("month", ["2026-10", "2019-01"])
async def test_of_a_month_that_nobody_ever_saw_nothing_can_be_said(harness: Harness, month: str) -> None:
    """Not yet, or so long ago that nothing of it is kept."""
    await harness.given_charges([month], publish=month == "2019-01")
    with pytest.raises(NeverPublished, match=month):
        await harness.verify(month)


async def test_statements_that_are_as_old_as_books_are_not_missed(harness: Harness) -> None:
    """They are deleted by and by."""
    await harness.given_charges(["2019-01"])
    await harness.run("DELETE FROM statements")
    assert (await harness.verify()).months == ()
