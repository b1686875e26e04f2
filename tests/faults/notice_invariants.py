"""I17 of docs/states.md: who is told of a published month by mail. One sentence for each break."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from faults.customers import Customer
from faults.facts import Facts, Row, held_in, rows_as_text
from faults.ledger import Ledger
from faults.plant import Plant

TOLD_KIND = "bill_published"
PASSED_ON_IN = {"billing": ("outbox",), "identity": ("outbox",), "notification": ("mails", "outbox")}
"""Tables on the way from a statement to its mail."""
QUEUES = ("identity.events", "notification.events")


def notices_right(facts: Facts, ledger: Ledger) -> list[str]:
    """Whoever had chosen to be told when a month was published has one mail on order about it, whatever died
    since; nobody else has one, above all nobody who stopped.
    """
    wanted = _wanted(ledger)
    orders = [row for row in facts.order_rows if row["kind"] == TOLD_KIND]
    ordered = Counter(_about(row, facts) for row in orders)
    found = [
        f"I17: customer {who} has {ordered[who, month]} mails on order about {month}, "
        f"not {int((who, month) in wanted)}"
        for who, month in sorted(wanted | ordered.keys())
        if ordered[who, month] != int((who, month) in wanted)
    ]
    return found + [
        f"I17: the mail of customer {_about(row, facts)[0]} about a month was abandoned"
        for row in orders
        if row["state"] == "abandoned"
    ]


def _wanted(ledger: Ledger) -> set[tuple[str, str]]:
    """Customers and the months of which they are to be told."""
    subscribers: set[str] = set()
    wanted: set[tuple[str, str]] = set()
    for entry in ledger.entries:
        if entry.what == "chose_notices":
            subscribers.add(entry.who)
        elif entry.what == "stopped_notices":
            subscribers.discard(entry.who)
        elif entry.what == "publishes":
            wanted |= {(who, entry.facts["month"]) for who in subscribers}
    return wanted


def _about(order: Row, facts: Facts) -> tuple[str, str]:
    """Whom it is for, and the month."""
    told = json.loads(order["facts"])
    contract_of = {str(row["account_key"]): row["contract_key"] for row in facts.accounts}
    number_of = {row["contract_key"]: row["customer_number"] for row in facts.contracts}
    return str(number_of.get(contract_of.get(told["bound_to"]), "nobody")), told["billing_month"]


async def amounts_shown(plant: Plant, customers: Iterable[Customer]) -> list[str]:
    """I17: an amount is readable for its customer alone, wherever it waits on its way to his mail."""
    places = {f"the log of {name}": text for name, text in plant.logs().items()}
    places |= {
        f"{service}.{table}": await rows_as_text(plant, service, table)
        for service, tables in PASSED_ON_IN.items()
        for table in tables
    }
    places |= {queue: str(await held_in(plant, queue)) for queue in QUEUES}
    amounts = [each.base_yen + each.base_yen // 10 for each in customers]
    texts = [text for yen in amounts for text in (str(yen), f"{yen:,}")]
    return [
        f"I17: {place} holds an amount in clear"
        for place, content in places.items()
        if any(text in content for text in texts)
    ]
