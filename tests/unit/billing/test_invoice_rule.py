"""When a statement is a 適格請求書 (C16, C17)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from messages.values import BillingMonth, RegistrationNumber
from services.billing.statements.domain import InvoiceRule, Issuer, StatementLine, StatementTotals

NUMBER = RegistrationNumber("T7000012050002")
TELEPHONE = Issuer("電話会社", NUMBER)
RULE = InvoiceRule(NUMBER, usage_months_ago=1, billed_along={"電話": TELEPHONE})
MONTH = BillingMonth(2026, 10)
LINES = (
    StatementLine("光", "月額", 10, 5000),
    StatementLine("光", "割引", 10, -500),
    StatementLine("", "番組ガイド誌", 8, 230),
    StatementLine("放送", "", 0, 500),
)
TOTALS = StatementTotals(bases={10: 4500, 8: 230, 0: 500}, taxes={10: 450, 8: 18}, amount_yen=5698)


def number(
    rule: InvoiceRule = RULE,
    month: BillingMonth = MONTH,
    lines: tuple[StatementLine, ...] = LINES,
    totals: StatementTotals = TOTALS,
) -> RegistrationNumber | None:
    """Of a statement that is complete, but for what a test changes."""
    return rule.number_for(month, lines, totals)


def test_a_statement_with_all_that_billing_knows_has_the_number() -> None:
    """The recipient's name is the gateway's."""
    assert number() == NUMBER


@pytest.mark.parametrize(
    "rule", [InvoiceRule(), replace(RULE, registration_number=None), replace(RULE, usage_months_ago=None)]
)
def test_an_operator_who_does_not_say_number_and_month_of_use_issues_none(rule: InvoiceRule) -> None:
    """Nothing is guessed."""
    assert number(rule) is None


@pytest.mark.parametrize(("month", "is_one"), [((2023, 9), False), ((2023, 10), False), ((2023, 11), True)])
def test_there_is_none_for_a_use_before_the_invoice_system(month: tuple[int, int], is_one: bool) -> None:
    """It began in October 2023, which is billed in November here."""
    assert (number(month=BillingMonth(*month)) == NUMBER) is is_one


@pytest.mark.parametrize(
    "lines",
    [
        (),
        LINES[:-1],
        (*LINES, StatementLine("光", "余り", 10, 1)),
        (*LINES[:-1], replace(LINES[-1], tax_rate_percent=8)),
        (*LINES[:-1], StatementLine("", "", 0, 500)),
        (*LINES[:-1], StatementLine("電話", "", 0, 500)),
        (*LINES, StatementLine("電話", "通話料", 10, 0)),
    ],
)
def test_lines_that_are_not_complete_or_not_ours_make_none(lines: tuple[StatementLine, ...]) -> None:
    """Missing, too many, at another rate, without any name, another company's."""
    assert number(lines=lines) is None


@pytest.mark.parametrize("tax", [449, 451, 0, -450])
def test_a_tax_that_no_rounding_gives_makes_none(tax: int) -> None:
    """Rounded once for each rate: 4,500 yen at 10 % is 450 whichever way."""
    assert number(totals=replace(TOTALS, taxes={10: tax, 8: 18})) is None


@pytest.mark.parametrize(("tax", "is_one"), [(17, False), (18, True), (19, True), (20, False)])
def test_every_way_of_rounding_once_is_one(tax: int, is_one: bool) -> None:
    """230 yen at 8 % is 18.4."""
    assert (number(totals=replace(TOTALS, taxes={10: 450, 8: tax})) == NUMBER) is is_one


def only(rate: int, yen: int) -> tuple[tuple[StatementLine, ...], StatementTotals]:
    """A statement of one line."""
    bases = {each: yen if each == rate else 0 for each in (10, 8, 0)}
    taxes = {each: bases[each] * each // 100 for each in (10, 8)}
    line = StatementLine("光", "月額", rate, yen)
    return (line,), StatementTotals(bases, taxes, sum(bases.values()) + sum(taxes.values()))


@pytest.mark.parametrize(
    ("rate", "yen", "is_one"),
    [(10, 5000, True), (8, 500, True), (0, 500, False), (10, 0, False), (10, -500, False)],
)
def test_a_refund_and_what_bears_no_tax_are_none(rate: int, yen: int, is_one: bool) -> None:
    """The law has another document for a refund, and asks for none where there is no tax."""
    lines, totals = only(rate, yen)
    assert (number(lines=lines, totals=totals) == NUMBER) is is_one


@pytest.mark.parametrize(("ago", "used"), [(0, MONTH), (1, BillingMonth(2026, 9)), (None, None)])
def test_the_month_of_use_is_so_many_months_before(ago: int | None, used: BillingMonth | None) -> None:
    """As the operator says."""
    assert replace(RULE, usage_months_ago=ago).usage_month(MONTH) == used


def test_services_of_others_are_named_once_in_their_order() -> None:
    """And ours are not."""
    rule = replace(RULE, billed_along={"電気": Issuer("電気会社"), "電話": TELEPHONE, "水道": Issuer("市")})
    lines = [StatementLine(service, "x", 10, 1) for service in ("電話", "光", "電気", "電話")]
    assert rule.others(lines) == [("電話", TELEPHONE), ("電気", Issuer("電気会社"))]
