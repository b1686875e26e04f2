"""What the desk did before there was an audit trail stands in it (ADR 0060)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.identity_harness import Harness

from mypage.local.databases import migrations_of

MOVED = "0009_what_the_desk_does.sql"
NOTED = """
    INSERT INTO desk_actions (done_at, done_by, action, account_key, reason)
    SELECT now() - n * interval '1 year', 'hanako', action, account_key, 'x' || n
    FROM accounts, unnest(ARRAY['unfreeze', 'end_sessions', 'clear_mail_bounce', 'of_then'])
        WITH ORDINALITY AS noted (action, n)
"""


async def of_the_desk(harness: Harness) -> list[tuple[Any, ...]]:
    """Kind, reason, and how many years ago."""
    rows = await harness.run("""
        SELECT kind, reason, round(extract(epoch FROM now() - happened_at) / 31556952) AS years
        FROM audit_entries WHERE done_by = 'hanako' ORDER BY happened_at DESC
    """)
    return [tuple(row) for row in rows]


EXPECTED = [
    ("account_unfrozen", "x1", 1),
    ("sessions_ended", "x2", 2),
    ("mail_bounce_cleared", "x3", 3),
    ("of_then", "x4", 4),
]


async def test_what_was_noted_is_moved_with_its_time(harness: Harness) -> None:
    """Nothing is left behind."""
    await harness.given_account()
    await harness.run("ALTER TABLE desk_actions DISABLE TRIGGER ALL")
    await harness.run(NOTED)
    await harness.run("DROP FUNCTION audit_desk_action CASCADE")
    sql = (Path(migrations_of("identity")) / MOVED).read_text(encoding="utf-8")
    async with harness.database.long_transaction() as tx:
        await tx.execute(sql)
    assert await of_the_desk(harness) == EXPECTED
    assert await harness.run("SELECT FROM desk_actions") == []


async def test_what_a_command_of_the_last_release_notes_is_moved_at_once(harness: Harness) -> None:
    """While this one is rolled out."""
    await harness.given_account()
    await harness.run(NOTED)
    assert await of_the_desk(harness) == EXPECTED
    assert await harness.run("SELECT FROM desk_actions") == []
