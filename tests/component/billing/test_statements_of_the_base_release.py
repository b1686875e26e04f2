"""What customers saw before revisions were recorded is their first revision (ADR 0052)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from support.base_release import a_database_of_then
from support.billing_harness import CHEAPER, TARO, Harness

from chassis.database.migrate import migrate
from mypage.local.databases import migrations_of
from mypage.local.postgres import PrivatePostgres

OF_THEN = """
    INSERT INTO statements (customer_number, billing_month, base_10_yen, tax_10_yen, base_8_yen, tax_8_yen,
        base_0_yen, amount_yen)
    SELECT '12345678', month, 5000, 500, 0, 0, 0, 5500
    FROM unnest(ARRAY['2026-09-01', '2026-10-01', '2026-11-01']::date[]) AS month;
    INSERT INTO statement_lines
    SELECT statement_key, 1, '光インターネット', '光1Gコース 月額利用料', 10, 5000 FROM statements
    WHERE billing_month <> '2026-09-01';
    INSERT INTO published_months VALUES
        ('2026-09-01', '2026-10-05T03:00:00Z'), ('2026-10-01', '2026-11-05T03:00:00Z')
"""


async def test_what_was_published_then_is_recorded_with_its_day_and_can_be_corrected(
    postgres: PrivatePostgres, tmp_path: Path
) -> None:
    """Lines or none; a month that is not published yet is a draft."""
    database, _ = await a_database_of_then(postgres, "billing", tmp_path)
    async with database.own_connection() as connection:
        await connection.execute(OF_THEN)
    await migrate(database, [("billing", migrations_of("billing"))])
    harness = Harness(database, tmp_path)
    verified = await harness.verify()
    assert (verified.disagreements, verified.revisions, len(verified.months)) == ((), 2, 2)
    shown = await harness.shown("2026-10")
    assert (shown.published_on, shown.revised_on) == (date(2026, 11, 5), None)
    await harness.bring(harness.files().add(TARO, "2026-10", CHEAPER), publish=False)
    corrected = await harness.shown("2026-10")
    assert (corrected.published_on, corrected.amount_yen) == (date(2026, 11, 5), 4400)
    assert corrected.revised_on is not None
    verified = await harness.verify()
    assert (verified.disagreements, verified.revisions) == ((), 3)
    await database.close()
