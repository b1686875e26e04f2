"""Composition root of billing: settings -> database, identity's key -> the table of handlers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chassis.database.db import Database
from chassis.messaging.message import Message
from chassis.process.runner import Component, Handler
from chassis.security.signing import Verifier
from messages.billing import ListCharges, ShowStatement
from messages.subscriptions import CALLERS
from services.billing import handlers
from services.billing.domain import WindowRule
from services.billing.settings import Settings

HANDLERS: Mapping[type[Message], Handler] = {
    ListCharges: handlers.list_charges,
    ShowStatement: handlers.show_statement,
}


async def build(settings: Settings) -> Component:
    """The component, ready to be run. Starts nothing and needs no server yet."""
    database = await Database.open(
        settings.database_url.get_secret_value(), at_most=settings.database_connections
    )
    service = handlers.Billing(
        database=database,
        verifier=Verifier(settings.signing_public_keys),
        rule=WindowRule(listed_months=settings.charges_window_months, floor=settings.charges_floor),
    )
    return Component(
        name="billing",
        service=service,
        handlers=HANDLERS,
        callers=CALLERS,
        database=database,
        migrations=Path(__file__).parent / "migrations",
    )
