"""docs/personal-data.md against the databases: no column holds anything of a customer unsaid (X18)."""

from __future__ import annotations

from base64 import b64encode

import pytest
from support.canaries import SECRET, Canary, columns_of, leaks_in_columns
from support.fresh_databases import FreshDatabase
from support.owned_columns import KINDS, PERSONAL, VALUES, owned_columns, said_in_clear

from mypage.local.databases import SERVICES


async def test_every_column_of_every_database_is_listed_and_no_other(fresh_database: FreshDatabase) -> None:
    """Whoever adds one says what it holds, and whether its customer finds it in his file."""
    there = {name for each in SERVICES for name in await columns_of(await fresh_database(each), each)}
    assert there - owned_columns().keys() == set(), "not listed in docs/personal-data.md"
    assert owned_columns().keys() - there == set(), "listed in docs/personal-data.md, and not there"


def test_every_column_says_what_it_holds_and_whether_its_customer_gets_it() -> None:
    """A label of the file, or why it is not in it."""
    for name, owned in owned_columns().items():
        assert owned.kinds <= KINDS, name
        assert bool(owned.in_file) == bool(owned.kinds & PERSONAL), name
    assert all(kinds <= VALUES for kinds in said_in_clear().values())


@pytest.mark.parametrize("kind", ["mail address", SECRET])
@pytest.mark.parametrize("shape", ["{}", "xx{}yy", "\\x{hex}", "{base64}"])
async def test_a_value_in_a_column_that_does_not_own_it_is_found_in_every_shape(
    fresh_database: FreshDatabase, shape: str, kind: str
) -> None:
    """The search would be worth nothing else."""
    text = "canary-of-this-test@example.jp"
    written = shape.format(text, hex=text.encode().hex(), base64=b64encode(b"1" + text.encode()).decode())
    database = await fresh_database("notification")
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO inbox (consumer, message_id) VALUES ($1, gen_random_uuid())", written)
    found = await leaks_in_columns(database, "notification", [Canary(kind, "of this test", text)])
    assert found == [f"notification.inbox.consumer holds a {kind} (of this test)"]
