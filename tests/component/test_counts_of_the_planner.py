"""An import joins what it brings with what is there. A table that the planner takes for empty, as it was when
it last looked, is joined by looking at all that is staged once for each stored row: hours instead of seconds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from support.billing_harness import Harness, two_statements

import mypage.local.demo
from chassis.database.db import Database
from services.identity.contracts.import_contracts import import_contracts

CONTRACTS = Path(mypage.local.demo.__file__).parent / "contracts.csv"
Import = Callable[[bool], Awaitable[object]]


async def of_charges(database: Database, folder: Path) -> Import:
    """Imports charges; a dry run, if that is wanted."""
    harness = Harness(database, folder)
    return lambda dry_run: harness.bring(two_statements(harness), dry_run=dry_run)


async def of_contracts(database: Database, folder: Path) -> Import:
    """Imports contracts."""
    return lambda dry_run: import_contracts(database, CONTRACTS, dry_run=dry_run)


@pytest.mark.parametrize(
    ("service", "table", "making"),
    [
        ("billing", "statements", of_charges),
        ("billing", "statement_lines", of_charges),
        ("identity", "contracts", of_contracts),
    ],
)
async def test_an_import_tells_the_planner_how_many_rows_there_are(
    fresh_database: Callable[[str], Awaitable[Database]],
    tmp_path: Path,
    service: str,
    table: str,
    making: Callable[[Database, Path], Awaitable[Import]],
) -> None:
    """After a dry run, when the planner looked at what it left: pages, and no row."""
    database = await fresh_database(service)
    bring = await making(database, tmp_path)

    async def counted() -> float:
        async with database.autocommit() as tx:
            found = await tx.fetchval("SELECT reltuples FROM pg_class WHERE oid = $1::regclass", table)
            return float(found)

    await bring(True)
    async with database.autocommit() as tx:
        await tx.execute(f"ANALYZE {table}")
    assert await counted() == 0
    await bring(False)
    await bring(False)
    async with database.autocommit() as tx:
        assert await counted() == await tx.fetchval(f"SELECT count(*) FROM {table}")
