"""Holders' keys that the previous release stored are what today's rules make of the same names (ADR 0034)."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from support.base_release import a_database_of_then

from chassis.database.migrate import migrate
from messages.values import HolderKana
from messages.values.company_forms import FORMS, LARGE_OF_SMALL
from mypage.local.databases import migrations_of
from mypage.local.postgres import PrivatePostgres

LEFT_ALONE = ("アイコムタロウ", "カイシヤ", "カブシキ", "シヤダン", "コウカシヨウジ7", "ヴアン")
MADE_OF_TWO = (
    "シヤカイシヤカイイリヨウホウジンイリヨウホウジンアイ",
    "イツパンイツパンシヤダンホウジンシヤダンホウジン",
    "イリヨウホウジンシヤダンシヤダン",
    "カブシキカイシヤユウゲンカイシヤ",
    "イリヨウホウジンシヤダンホウジン",
)


def _keys_of_then() -> list[str]:
    """Each form as anybody says it, before and after a name. The older rule knew no Latin letters."""
    readings = [
        reading.translate(LARGE_OF_SMALL)
        for form in FORMS
        for reading in (form.reading, *form.readings)
        if not reading.startswith("NPO")
    ]
    placed = [text.format(reading) for text, reading in product(("{}アイ", "アイ{}"), readings)]
    return [*placed, *LEFT_ALONE, *MADE_OF_TWO]


async def test_stored_keys_follow_the_rule_of_today(postgres: PrivatePostgres, tmp_path: Path) -> None:
    """Otherwise the next import would freeze the accounts of companies. A reading that is added to a form
    needs a migration: without one, this is red.
    """
    database, _ = await a_database_of_then(postgres, "identity", tmp_path)
    async with database.transaction() as tx:
        await tx.execute(
            """
            INSERT INTO contracts
                (customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on)
            SELECT key, 'company', key, '{}', 'active', '2020-01-01' FROM unnest($1::text[]) AS key
            """,
            _keys_of_then(),
        )
    await migrate(database, [("identity", migrations_of("identity"))])
    async with database.transaction() as tx:
        rows = await tx.fetch("SELECT customer_number, holder_kana_key FROM contracts")
    stored = {row["customer_number"]: row["holder_kana_key"] for row in rows}
    assert stored == {key: HolderKana(key).key for key in stored}
    assert stored.keys() == set(_keys_of_then())
    await database.close()
