"""Composition root of billing, and its table of contents: what it answers, hears, and does by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from chassis.database.db import Database
from chassis.messaging.key_proofs import statement_of_keys
from chassis.messaging.message import Message
from chassis.messaging.outbox import Outbox
from chassis.process.runner import Component, Handler, Periodic
from chassis.security.sealing import Sealer
from chassis.security.signing import Verifier
from messages.billing import ChooseBillNotice, ListCharges, ShowBillNotice, ShowStatement, StopBillNotices
from messages.identity import AccountClosed, ContractReplaced
from messages.subscriptions import CALLERS
from services.billing.imports.forget_old_imports import forget_old_imports
from services.billing.notices.announce_published_months import announce_published_months
from services.billing.notices.choose_bill_notice import choose_bill_notice
from services.billing.notices.forget_old_notices import forget_old_notices
from services.billing.notices.on_account_closed import on_account_closed
from services.billing.notices.on_contract_replaced import on_contract_replaced
from services.billing.notices.show_bill_notice import show_bill_notice
from services.billing.notices.stop_bill_notices import stop_bill_notices
from services.billing.publication.forget_old_revisions import forget_old_revisions
from services.billing.service import Billing
from services.billing.settings import BELIEVES, SEALS_FOR, Settings
from services.billing.statements.domain import InvoiceRule, Issuer
from services.billing.statements.forget_old_statements import forget_old_statements
from services.billing.statements.list_charges import list_charges
from services.billing.statements.show_statement import show_statement

HANDLERS: Mapping[type[Message], Handler] = {
    ListCharges: list_charges,
    ShowStatement: show_statement,
    ShowBillNotice: show_bill_notice,
    ChooseBillNotice: choose_bill_notice,
    StopBillNotices: stop_bill_notices,
    AccountClosed: on_account_closed,
    ContractReplaced: on_contract_replaced,
}

PERIODIC: Mapping[str, tuple[float, Callable[[Billing], Awaitable[None]]]] = {
    "forget_old_statements": (3600.0, forget_old_statements),
    "forget_old_revisions": (3600.0, forget_old_revisions),
    "forget_old_imports": (3600.0, forget_old_imports),
    "announce_published_months": (1.0, announce_published_months),
    "forget_old_notices": (3600.0, forget_old_notices),
}
"""By name: how many seconds lie between two runs, and what is run."""


async def build(settings: Settings) -> Component:
    """The component, ready to be run. Starts nothing and needs no server yet."""
    database = await Database.of(settings)
    outbox = Outbox(database)
    service = Billing(
        database=database,
        outbox=outbox,
        sealer=Sealer(settings.sealing_public_keys),
        verifier=Verifier(settings.signing_public_keys),
        listed_months=settings.charges_window_months,
        first_listed_month=settings.charges_floor,
        invoice_rule=InvoiceRule(
            registration_number=settings.invoice_registration_number,
            usage_months_ago=settings.invoice_usage_months_ago,
            billed_along={
                service: Issuer(each.name, each.registration_number)
                for service, each in settings.billed_along.items()
            },
        ),
    )
    return Component(
        name="billing",
        service=service,
        handlers=HANDLERS,
        callers=CALLERS,
        database=database,
        outbox=outbox,
        periodics=[
            Periodic(name, seconds, partial(run, service)) for name, (seconds, run) in PERIODIC.items()
        ],
        migrations=Path(__file__).parent / "migrations",
        keys=statement_of_keys(
            "billing", seals=(service.sealer, SEALS_FOR), believes=(service.verifier, BELIEVES)
        ),
    )
