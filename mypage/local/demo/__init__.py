"""A small invented company, so that a visitor can walk through the manual. No row is a real person."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chassis.database.db import Database
from chassis.database.route import Route
from services.billing.imports.import_charges import import_charges
from services.identity.contracts.import_contracts import import_contracts

FOLDER = Path(__file__).parent


async def load_demo_once(database_urls: dict[str, str], route: Route, marker: Path) -> None:
    """Imports and publishes the demo data, and leaves `marker` so that what an operator imports later is not
    overwritten.
    """
    if await asyncio.to_thread(marker.exists):
        return
    identity = await Database.open(database_urls["identity"], route=route)
    billing = await Database.open(database_urls["billing"], route=route)
    try:
        await import_contracts(identity, FOLDER / "contracts.csv", dry_run=False)
        await import_charges(
            billing, FOLDER / "statements.csv", FOLDER / "statement_lines.csv", publish=True, dry_run=False
        )
    finally:
        await identity.close()
        await billing.close()
    await asyncio.to_thread(marker.touch)
