"""Composition root of billing, and its table of contents: what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chassis.database.db import Database
from chassis.messaging.message import Message
from chassis.process.runner import Component, Handler
from chassis.security.signing import Verifier
from messages.billing import ListCharges, ShowStatement
from messages.subscriptions import CALLERS
from services.billing.service import Billing
from services.billing.settings import Settings
from services.billing.statements.list_charges import list_charges
from services.billing.statements.show_statement import show_statement

HANDLERS: Mapping[type[Message], Handler] = {
    ListCharges: list_charges,
    ShowStatement: show_statement,
}


async def build(settings: Settings) -> Component:
    """The component, ready to be run. Starts nothing and needs no server yet."""
    database = await Database.of(settings)
    service = Billing(
        database=database,
        verifier=Verifier(settings.signing_public_keys),
        listed_months=settings.charges_window_months,
        first_listed_month=settings.charges_floor,
    )
    return Component(
        name="billing",
        service=service,
        handlers=HANDLERS,
        callers=CALLERS,
        database=database,
        migrations=Path(__file__).parent / "migrations",
    )
