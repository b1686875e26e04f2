"""What customers saw never changes unsaid (C13)."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

import pytest
from support.billing_harness import CHEAPER, HANAKO, INTERNET, TARO, Harness, two_statements
from support.billing_revisions import MONTH, dates, issued, revisions

from services.billing.publication import repository


async def test_a_statement_that_was_never_corrected_has_one_day(harness: Harness) -> None:
    """And one revision, of which nothing need be kept."""
    await harness.bring(two_statements(harness))
    assert (await dates(harness))[1] is None
    assert await revisions(harness) == [(1, None)]


async def test_a_correction_says_the_day_of_the_first_and_of_this_revision(harness: Harness) -> None:
    """Of those that changed; others are as they were."""
    await harness.bring(two_statements(harness))
    await issued(harness, 1, "2026-11-05")
    corrected = harness.files().add(TARO, MONTH, CHEAPER).add(HANAKO, MONTH, INTERNET)
    await harness.bring(corrected, publish=False)
    await issued(harness, 2, "2026-11-20")
    assert await dates(harness) == (date(2026, 11, 5), date(2026, 11, 20))
    assert (await harness.shown(MONTH)).amount_yen == 4400
    assert [number for number, _ in await revisions(harness, HANAKO)] == [1]


async def test_the_page_names_the_newest_of_several_corrections(harness: Harness) -> None:
    """Beside the first day."""
    for revision, item in enumerate((INTERNET, CHEAPER, INTERNET), 1):
        await harness.bring(harness.files().add(TARO, MONTH, item))
        await issued(harness, revision, f"2026-11-0{revision}")
    assert await dates(harness) == (date(2026, 11, 1), date(2026, 11, 3))


async def test_what_customers_saw_before_a_correction_is_kept(harness: Harness) -> None:
    """To the letter, in a form that anybody can read and hash."""
    await harness.bring(harness.files().add(TARO, MONTH, INTERNET, ('"光"', "割引\\～", "8%", -5)))
    await harness.bring(harness.files().add(TARO, MONTH, CHEAPER))
    [(_, kept), (_, newest)] = await revisions(harness)
    assert newest is None
    assert kept is not None
    assert json.loads(kept) == [
        *(TARO, MONTH, 5000, 500, -5, -1, 0, 5494),
        [[1, *INTERNET[:2], 10, 5000], [2, '"光"', "割引\\～", 8, -5]],
    ]
    assert kept == json.dumps(json.loads(kept), ensure_ascii=False)


async def test_a_digest_can_be_computed_without_this_system(harness: Harness) -> None:
    """SHA-256 of content, revision and moment."""
    await harness.bring(two_statements(harness))
    [row] = await harness.run(
        "SELECT content, i.line_checks, issued_at, digest FROM issued_statements i JOIN statement_contents"
        f" USING (billing_month, customer_number) WHERE customer_number = '{HANAKO}'"
    )
    line = '[1, "光インターネット", "光1Gコース 月額利用料", 10, 5000]'
    content = f'["{HANAKO}", "2026-10", 5000, 500, 0, 0, 0, 5500, [{line}]]'
    text = f"{content} 1 {row['issued_at']:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert row["content"] == content
    assert row["digest"] == hashlib.sha256(text.encode()).digest()
    assert row["line_checks"] == hashlib.sha256(line.encode()).digest()[:4]


@pytest.mark.parametrize("publish", [True, False])
async def test_the_same_file_again_is_no_correction(harness: Harness, publish: bool) -> None:
    """C7."""
    await harness.bring(two_statements(harness))
    before = await harness.everything()
    await harness.bring(two_statements(harness), publish=publish)
    await harness.publish(MONTH)
    assert await harness.everything() == before


async def test_a_statement_that_comes_late_is_first_seen_when_it_comes(harness: Harness) -> None:
    """Its month has been published for weeks."""
    await harness.given_charges([MONTH], HANAKO)
    await harness.run("UPDATE published_months SET published_at = '2026-11-05T00:00:00Z'")
    await harness.given_charges([MONTH], publish=False)
    [today] = await harness.run("SELECT (now() AT TIME ZONE 'Asia/Tokyo')::date")
    assert await dates(harness) == (today[0], None)


async def test_a_dry_run_corrects_nothing(harness: Harness) -> None:
    """C7."""
    await harness.bring(two_statements(harness))
    before = await harness.everything()
    imported = await harness.bring(harness.files().add(TARO, MONTH, CHEAPER), dry_run=True)
    assert imported.changed == 1
    assert await harness.everything() == before


async def test_a_month_that_nobody_saw_is_corrected_without_a_trace(harness: Harness) -> None:
    """What an operator looks at before he publishes is a draft."""
    await harness.bring(two_statements(harness), publish=False)
    await harness.bring(harness.files().add(TARO, MONTH, CHEAPER), publish=False)
    assert await revisions(harness) == []
    await harness.publish(MONTH)
    assert await revisions(harness) == [(1, None)]
    assert (await dates(harness))[1] is None


async def published_by_an_earlier_release(harness: Harness) -> None:
    """Which records nothing."""
    await harness.bring(two_statements(harness), publish=False)
    await harness.run(
        "INSERT INTO published_months VALUES ('2026-10-01', '2026-11-05T03:00:00Z')",
    )


async def test_what_an_earlier_release_published_is_shown_as_it_was(harness: Harness) -> None:
    """Old and new work side by side; publishing again records what is seen, since it was published."""
    await published_by_an_earlier_release(harness)
    assert await dates(harness) == (date(2026, 11, 5), None)
    await harness.publish(MONTH)
    assert await dates(harness) == (date(2026, 11, 5), None)
    assert [number for number, _ in await revisions(harness)] == [1]


async def test_what_an_earlier_release_published_is_kept_when_it_is_corrected(harness: Harness) -> None:
    """Its day as well."""
    await published_by_an_earlier_release(harness)
    await harness.bring(harness.files().add(TARO, MONTH, CHEAPER), publish=False)
    (published_on, revised_on), [(_, kept), _] = await dates(harness), await revisions(harness)
    assert (published_on, kept is not None) == (date(2026, 11, 5), True)
    assert revised_on is not None
    assert (await harness.verify()).disagreements == ()


@pytest.mark.parametrize("step", ["publish", "unpublish", "import"])
async def test_imports_and_publications_come_one_after_the_other(harness: Harness, step: str) -> None:
    """Else one could replace what the other is just recording."""
    await harness.given_charges([MONTH])
    steps: Mapping[str, Callable[[], Awaitable[Any]]] = {
        "publish": lambda: harness.publish(MONTH),
        "unpublish": lambda: harness.unpublish(MONTH),
        "import": lambda: harness.bring(two_statements(harness)),
    }
    async with harness.database.long_transaction() as tx:
        await repository.lock_statements(tx)
        waiting = asyncio.ensure_future(steps[step]())
        while not await harness.run("SELECT FROM pg_locks WHERE NOT granted"):
            assert not waiting.done()
            await asyncio.sleep(0.01)
    await waiting
