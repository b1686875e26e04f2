"""What a test looks at, or alters, of the revisions that billing recorded."""

from __future__ import annotations

from datetime import date

from support.billing_harness import TARO, Harness

MONTH = "2026-10"


async def revisions(harness: Harness, customer: str = TARO) -> list[tuple[int, str | None]]:
    """Number and kept content of each, in their order."""
    rows = await harness.run(
        "SELECT revision, kept_content FROM issued_statements WHERE customer_number = $1 ORDER BY 1", customer
    )
    return [tuple(row) for row in rows]


async def issued(harness: Harness, revision: int, day: str) -> None:
    """As if that revision had been issued at noon of that day."""
    await harness.run(
        "UPDATE issued_statements SET issued_at = ($2::text || 'T03:00:00Z')::timestamptz"
        " WHERE revision = $1",
        revision,
        day,
    )


async def dates(harness: Harness) -> tuple[date, date | None]:
    """What the page says of the month."""
    shown = await harness.shown(MONTH)
    return shown.published_on, shown.revised_on
