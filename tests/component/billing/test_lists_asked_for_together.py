"""Customers who come in the same moment are one statement (ADR 0044): each gets his own charges."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from support.billing_harness import HANAKO, INTERNET, MAGAZINE, TARO, Harness, an_assertion, months

from chassis.messaging.refusal import Refusal
from messages.billing import ChargesListed, RefusalCode
from services.billing.statements import repository

CUSTOMERS = [f"4050{number:04}" for number in range(40)]


def months_and_amounts(listed: ChargesListed) -> list[tuple[str, int]]:
    """What the page shows."""
    return [(str(each.billing_month), each.amount_yen) for each in listed.statements]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For how many customers each statement asked."""
    asked: list[int] = []
    newest_statements = repository.newest_statements

    async def counted(tx: Any, customer_numbers: Any, at_most: int, *, with_charges: bool) -> object:
        asked.append(len(customer_numbers))
        return await newest_statements(tx, customer_numbers, at_most, with_charges=with_charges)

    monkeypatch.setattr(repository, "newest_statements", counted)
    return asked


async def test_each_customer_gets_his_own_months_and_no_others(
    harness: Harness, statements: list[int]
) -> None:
    """Also one who has fewer of them, one whose contract began later, and one who has none."""
    files = harness.files()
    for position, customer in enumerate(CUSTOMERS):
        for month in months("2026-10", 1 + position % 14):
            files.add(customer, month, ("光インターネット", "月額利用料", "10%", 1000 * (position + 1)))
    await harness.bring(files)
    assertions = [
        *(an_assertion(customer) for customer in CUSTOMERS),
        an_assertion(CUSTOMERS[13], charges_from="2026-09"),
        an_assertion("99999999"),
    ]
    together = await asyncio.gather(*map(harness.listed, assertions))
    assert statements == [len(CUSTOMERS) + 1]
    alone = [await harness.listed(assertion) for assertion in assertions]
    assert together == alone
    for position, listed in enumerate(together[: len(CUSTOMERS)]):
        yen = 1100 * (position + 1)
        expected = [(month, yen) for month in months("2026-10", min(12, 1 + position % 14))]
        assert months_and_amounts(listed) == expected
    assert months_and_amounts(together[-2]) == [("2026-10", 15400), ("2026-09", 15400)]
    assert months_and_amounts(together[-1]) == []


async def test_a_word_that_does_not_hold_is_refused_among_many(harness: Harness) -> None:
    """A forged one asks for nobody; a stale one gets nothing, and the others theirs."""
    await harness.bring(
        harness.files().add(TARO, "2026-10", INTERNET).add(HANAKO.zfill(8), "2026-10", MAGAZINE)
    )
    forged, stale = an_assertion(HANAKO, signed_by="registration"), an_assertion(HANAKO, lives=-600)
    answers = await asyncio.gather(
        *map(harness.listed, [an_assertion(), forged, stale, an_assertion()]), return_exceptions=True
    )
    for refused in answers[1:3]:
        assert isinstance(refused, Refusal)
        assert refused.code == RefusalCode.SESSION_ENDED
    assert answers[0] == answers[3] == await harness.listed()


async def test_a_statement_is_found_while_others_look_at_their_lists(harness: Harness) -> None:
    """[詳細] asks for the list first."""
    await harness.given_charges(["2026-10", "2026-09"])
    shown, listed = await asyncio.gather(harness.shown("2026-09"), harness.listed())
    assert shown.amount_yen == listed.statements[1].amount_yen
