"""A month that was published by mistake is taken back, for a reason, and may be shown again (C14)."""

from __future__ import annotations

import json
from datetime import date

import pytest
from support.billing_harness import (
    CHEAPER,
    HANAKO,
    INTERNET,
    MAGAZINE,
    TARO,
    TOWN_RADIO,
    Harness,
    two_statements,
)
from support.billing_revisions import MONTH, dates, issued, revisions

from services.billing.publication.unpublish_month import NotPublished


async def test_customers_do_not_see_a_month_that_was_taken_back(harness: Harness) -> None:
    """Nor does it move their window; who did it and why is kept (C14)."""
    await harness.given_charges(["2026-09", MONTH])
    await harness.unpublish(MONTH, "金額の取り違え")
    assert await harness.listed_months() == ["2026-09"]
    [action] = await harness.run(
        "SELECT done_by, billing_month::text, reason FROM publication_actions WHERE action = 'unpublished'"
    )
    assert tuple(action) == ("hanako", "2026-10-01", "金額の取り違え")


async def test_a_month_that_is_taken_back_and_shown_again_unchanged_keeps_its_day(harness: Harness) -> None:
    """It is the same statement."""
    await harness.bring(two_statements(harness))
    await issued(harness, 1, "2026-11-05")
    await harness.unpublish(MONTH)
    await harness.publish(MONTH)
    assert await dates(harness) == (date(2026, 11, 5), None)
    actions = await harness.run("SELECT action FROM publication_actions ORDER BY id")
    assert [row["action"] for row in actions] == ["published", "unpublished", "published"]


async def test_what_was_corrected_while_it_was_hidden_says_so_when_it_is_shown_again(
    harness: Harness,
) -> None:
    """The correction's day is the one on which customers can see it, however many imports there were."""
    await harness.bring(two_statements(harness))
    await issued(harness, 1, "2026-11-05")
    await harness.unpublish(MONTH)
    await harness.bring(harness.files().add(TARO, MONTH, TOWN_RADIO), publish=False)
    await harness.bring(harness.files().add(TARO, MONTH, CHEAPER), publish=False)
    assert [number for number, _ in await revisions(harness)] == [1]
    await harness.publish(MONTH)
    await issued(harness, 2, "2026-11-20")
    assert await dates(harness) == (date(2026, 11, 5), date(2026, 11, 20))
    [(_, kept), _] = await revisions(harness)
    assert kept is not None
    assert json.loads(kept)[-2] == 5698  # what was seen, not what came in between
    assert [number for number, _ in await revisions(harness, HANAKO)] == [1]


async def test_a_correction_that_is_undone_before_anybody_saw_it_is_none(harness: Harness) -> None:
    """Hidden, changed, changed back, shown."""
    await harness.given_charges([MONTH])
    await harness.unpublish(MONTH)
    for item in (MAGAZINE, INTERNET):
        await harness.bring(harness.files().add(TARO, MONTH, item), publish=False)
    await harness.publish(MONTH)
    assert [number for number, _ in await revisions(harness)] == [1]
    assert (await harness.verify()).disagreements == ()


async def test_only_what_is_published_can_be_taken_back(harness: Harness) -> None:
    """And not twice."""
    await harness.given_charges([MONTH], publish=False)
    with pytest.raises(NotPublished, match=MONTH):
        await harness.unpublish(MONTH)
    await harness.publish(MONTH)
    await harness.unpublish(MONTH)
    with pytest.raises(NotPublished):
        await harness.unpublish(MONTH)


@pytest.mark.parametrize("reason", ["", " ", "\u3000\n"])
async def test_nothing_is_taken_back_without_a_reason(harness: Harness, reason: str) -> None:
    """C14."""
    await harness.given_charges([MONTH])
    with pytest.raises(ValueError, match="reason"):
        await harness.unpublish(MONTH, reason)
    assert await harness.listed_months() == [MONTH]
