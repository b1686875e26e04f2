"""When a statement adds up (C9), and which taxes a rounding can give (C12)."""

from __future__ import annotations

import pytest

from messages.values import BillingMonth
from services.billing.imports.domain import amount_difference, line_differences, wrong_taxes
from services.billing.statements.domain import StatementTotals, rate_totals

NOW = BillingMonth(2026, 10)
BEFORE_INVOICES = BillingMonth(2023, 9)
ONE_LINE_EACH = {10: 1, 8: 1, 0: 1}


def a_statement(
    *,
    bases: tuple[int, int, int] = (4200, 230, 500),
    taxes: tuple[int, int] = (420, 18),
    amount_yen: int = 5368,
) -> StatementTotals:
    """Bases at 10 %, 8 % and outside the tax; taxes at 10 % and 8 %."""
    return StatementTotals(
        dict(zip((10, 8, 0), bases, strict=True)), dict(zip((10, 8), taxes, strict=True)), amount_yen
    )


def test_a_statement_whose_bases_and_taxes_are_its_amount_adds_up() -> None:
    """4200 + 230 + 500 + 420 + 18."""
    assert amount_difference(a_statement()) == 0


@pytest.mark.parametrize(("amount_yen", "difference"), [(5367, 1), (5369, -1), (0, 5368)])
def test_the_difference_to_the_amount_is_told(amount_yen: int, difference: int) -> None:
    """Whoever mends the file looks for this number."""
    assert amount_difference(a_statement(amount_yen=amount_yen)) == difference


def test_lines_that_add_up_to_each_base_differ_nowhere() -> None:
    """By rate, not in all."""
    assert line_differences(a_statement(), {10: 4200, 8: 230, 0: 500}) == {}


def test_lines_of_the_wrong_rate_differ_twice() -> None:
    """Their total is right, their rates are not."""
    assert line_differences(a_statement(), {10: 4430, 8: 0, 0: 500}) == {10: 230, 8: -230}


def test_a_base_without_lines_differs() -> None:
    """A total that nothing explains."""
    assert line_differences(a_statement(), {10: 4200, 8: 230}) == {0: -500}


def test_a_statement_of_nothing_needs_no_lines() -> None:
    """A 0-yen statement is a statement (Q20)."""
    nothing = a_statement(bases=(0, 0, 0), taxes=(0, 0), amount_yen=0)
    assert line_differences(nothing, {}) == {}
    assert amount_difference(nothing) == 0
    assert wrong_taxes(nothing, NOW, ONE_LINE_EACH) == []


@pytest.mark.parametrize("tax", [420, 421])
def test_any_rounding_of_the_tax_is_accepted(tax: int) -> None:
    """10 % of 4,205 is 420.5: down, up or half is the billing system's choice."""
    assert wrong_taxes(a_statement(bases=(4205, 230, 0), taxes=(tax, 18)), NOW, ONE_LINE_EACH) == []


@pytest.mark.parametrize("tax", [419, 422])
def test_a_tax_that_no_rounding_gives_is_wrong(tax: int) -> None:
    """A yen too many or too few."""
    assert wrong_taxes(a_statement(bases=(4205, 230, 0), taxes=(tax, 18)), NOW, ONE_LINE_EACH) == [10]


@pytest.mark.parametrize("tax", [419, 421])
def test_a_tax_without_a_fraction_leaves_nothing_to_round(tax: int) -> None:
    """10 % of 4,200 is 420."""
    assert wrong_taxes(a_statement(taxes=(tax, 18)), NOW, ONE_LINE_EACH) == [10]


def test_each_rate_is_judged_by_itself() -> None:
    """10 % of the goods at 8 % is wrong."""
    assert wrong_taxes(a_statement(taxes=(420, 23)), NOW, ONE_LINE_EACH) == [8]


@pytest.mark.parametrize("tax", [-31, -30])
def test_negative_bases_have_negative_taxes(tax: int) -> None:
    """A month may be a refund: 10 % of -305 is -30.5."""
    assert wrong_taxes(a_statement(bases=(-305, 0, 0), taxes=(tax, 0)), NOW, ONE_LINE_EACH) == []


def test_only_rates_at_which_something_was_charged_are_shown() -> None:
    """In the order of a statement: 10 %, 8 %, 対象外, which has no tax."""
    assert rate_totals(a_statement()) == [(10, 4200, 420), (8, 230, 18), (0, 500, 0)]
    assert rate_totals(a_statement(bases=(4200, 0, 0), taxes=(420, 0))) == [(10, 4200, 420)]


@pytest.mark.parametrize("tax", [417, 418, 423, 424])
def test_before_the_invoice_system_a_tax_may_be_rounded_line_by_line(tax: int) -> None:
    """420.5 is off by at most a yen for each of four lines; by more it is wrong."""
    statement, lines = a_statement(bases=(4205, 230, 0), taxes=(tax, 18)), {10: 4, 8: 1}
    assert wrong_taxes(statement, BEFORE_INVOICES, lines) == []
    assert wrong_taxes(statement, BillingMonth(2023, 10), lines) == [10]


@pytest.mark.parametrize("tax", [416, 425])
def test_a_tax_that_no_rounding_of_lines_gives_is_wrong_in_every_month(tax: int) -> None:
    """More than a yen for each of four lines."""
    statement = a_statement(bases=(4205, 230, 0), taxes=(tax, 18))
    assert wrong_taxes(statement, BEFORE_INVOICES, {10: 4, 8: 1}) == [10]


@pytest.mark.parametrize("tax", [419, 422])
def test_one_line_is_rounded_once_in_every_month(tax: int) -> None:
    """There is nothing to add up."""
    statement = a_statement(bases=(4205, 230, 0), taxes=(tax, 18))
    assert wrong_taxes(statement, BEFORE_INVOICES, ONE_LINE_EACH) == [10]
