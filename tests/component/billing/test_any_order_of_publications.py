"""After whatever sequence of imports, corrections, publications and months taken back: customers see what a
simple model says, and nothing is altered unsaid (C13 to C15).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import pytest
from support.billing_harness import (
    DISCOUNT,
    HANAKO,
    INTERNET,
    MAGAZINE,
    TARO,
    TOWN_RADIO,
    Harness,
    an_assertion,
)

from messages.values import BillingMonth
from services.billing.publication.publish_month import NothingToPublish
from services.billing.publication.unpublish_month import NotPublished

MONTHS = ("2026-08", "2026-09", "2026-10")
CUSTOMERS = (TARO, HANAKO)
ITEMS = (INTERNET, DISCOUNT, MAGAZINE, TOWN_RADIO)
STEPS = 25

Statement = tuple[str, str]
Items = tuple[tuple[str, str, str, int], ...]


@dataclass
class Model:
    """What was brought last, which months customers see, and every content of a statement that they saw."""

    brought: dict[Statement, Items] = field(default_factory=dict)
    published: set[str] = field(default_factory=set)
    seen: dict[Statement, list[Items]] = field(default_factory=dict)

    def look(self) -> None:
        """Customers look at everything after every step."""
        for statement, items in self.brought.items():
            contents = self.seen.setdefault(statement, [])
            if statement[1] in self.published and contents[-1:] != [items]:
                contents.append(items)


async def brings(harness: Harness, model: Model, random: Random) -> None:
    """New statements, corrections, the same again: any of it, and with or without publishing."""
    files, publish = harness.files(), random.random() < 0.4
    every = [(customer, month) for customer in CUSTOMERS for month in MONTHS]
    for customer, month in random.sample(every, random.randint(1, len(every))):
        items = tuple(random.choices(ITEMS, k=random.randint(0, 2)))
        files.add(customer, month, *items)
        model.brought[customer, month] = items
        model.published |= {month} if publish else set()
    await harness.bring(files, publish=publish)


async def publishes(harness: Harness, model: Model, random: Random) -> None:
    """A month, whether it is published or there at all."""
    month = random.choice(MONTHS)
    if any(month == each for _, each in model.brought):
        await harness.publish(month)
        model.published.add(month)
    else:
        with pytest.raises(NothingToPublish):
            await harness.publish(month)


async def takes_back(harness: Harness, model: Model, random: Random) -> None:
    """A month, whether it is published or not."""
    month = random.choice(MONTHS)
    if month in model.published:
        await harness.unpublish(month)
        model.published.remove(month)
    else:
        with pytest.raises(NotPublished):
            await harness.unpublish(month)


async def seen_by(harness: Harness, customer: str) -> dict[str, tuple[Sequence[tuple[str, int]], bool]]:
    """By month: the lines, and whether it is said to be corrected."""
    word, found = an_assertion(customer), {}
    for month in await harness.listed_months(word):
        shown = await harness.shown(month, word)
        lines = [(line.item, line.amount_yen) for line in shown.lines]
        found[month] = lines, shown.revised_on is not None
    return found


@pytest.mark.parametrize("seed", range(6))
async def test_customers_see_what_a_model_says_after_any_sequence(harness: Harness, seed: int) -> None:
    """And every revision that they saw is kept, none beside."""
    random, model = Random(seed), Model()
    steps = (brings, brings, publishes, takes_back)
    for _ in range(STEPS):
        await random.choice(steps)(harness, model, random)
        model.look()
        for customer in CUSTOMERS:
            assert await seen_by(harness, customer) == {
                month: (
                    [(item, yen) for _, item, _, yen in items],
                    len(model.seen[customer, month]) > 1,
                )
                for (whose, month), items in model.brought.items()
                if whose == customer and month in model.published
            }
        verified = await harness.verify()
        assert verified.disagreements == ()
        assert verified.revisions == sum(map(len, model.seen.values()))
    for (customer, month), contents in model.seen.items():
        rows = await harness.run(
            "SELECT FROM issued_statements WHERE customer_number = $1 AND billing_month = $2",
            customer,
            BillingMonth.parse(month).first_day,
        )
        assert len(rows) == len(contents)
