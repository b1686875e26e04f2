"""Why is it more than last month? To the yen, and from the lines alone."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from messages.values import BillingMonth
from services.billing.statements.comparison import Cause, Comparison, compare, compare_newest
from services.billing.statements.domain import (
    TAX_RATES,
    Charges,
    ListedMonth,
    StatementLine,
    StatementTotals,
)

INTERNET = StatementLine("光インターネット", "光1Gコース 月額利用料", 10, 5000)
CHANNEL = StatementLine("光テレビ", "有料チャンネル", 10, 1000)
MAGAZINE = StatementLine("チャンネルこうか", "番組ガイド誌", 8, 230)
RADIO = StatementLine("その他", "行政告知放送使用料", 0, 500)


def charges(*lines: StatementLine, taxes: dict[int, int] | None = None) -> Charges:
    """A statement of these lines, its tax rounded down once per rate unless another one is given."""
    bases = {
        rate: sum(line.amount_yen for line in lines if line.tax_rate_percent == rate) for rate in TAX_RATES
    }
    tax = {rate: bases[rate] * rate // 100 for rate in (10, 8)} if taxes is None else taxes
    return Charges(lines, StatementTotals(bases, tax, sum(bases.values()) + sum(tax.values())))


def causes(later: Charges, earlier: Charges) -> list[tuple[str, int]]:
    """Names and yen, as they are said."""
    compared = compare(later, earlier)
    assert compared.difference_yen == later.totals.amount_yen - earlier.totals.amount_yen
    return [(cause.name, cause.difference_yen) for cause in compared.causes]


def test_an_item_more_is_said_with_its_tax() -> None:
    """「先月より1,100円高くなっています（有料チャンネル +1,100円）」."""
    compared = compare(charges(INTERNET, CHANNEL), charges(INTERNET))
    assert compared == Comparison(1100, (Cause("有料チャンネル", 1100),), (INTERNET, None))


def test_an_item_that_ended_is_said_and_shown() -> None:
    """A one-off of last month is one, too."""
    once = StatementLine("工事", "工事費", 10, 12_000)
    compared = compare(charges(INTERNET), charges(INTERNET, once))
    assert (compared.difference_yen, compared.causes) == (-13_200, (Cause("工事費", -13_200),))
    assert (compared.before, compared.ended) == ((INTERNET,), (once,))


def test_several_causes_come_largest_first_whatever_their_sign() -> None:
    """A discount that began weighs against an option that was added."""
    discount = StatementLine("光インターネット", "セット割引", 10, -500)
    assert causes(charges(INTERNET, discount, CHANNEL, MAGAZINE), charges(INTERNET)) == [
        ("有料チャンネル", 1100),
        ("セット割引", -550),
        ("番組ガイド誌", 248),
    ]


def test_nothing_changed_has_no_causes() -> None:
    """Also in another order of lines."""
    compared = compare(charges(INTERNET, CHANNEL), charges(CHANNEL, INTERNET))
    assert compared == Comparison(0, (), (INTERNET, CHANNEL))


def test_an_item_of_another_name_at_the_same_price_goes_on() -> None:
    """Its line says what it was called; it is no cause."""
    renamed = StatementLine("光インターネット", "光ギガコース", 10, 5000)
    compared = compare(charges(renamed, CHANNEL), charges(INTERNET))
    assert compared.causes == (Cause("有料チャンネル", 1100),)
    assert (compared.before, compared.ended) == ((INTERNET, None), ())


def test_a_service_of_another_name_goes_on() -> None:
    """The item moved to another heading."""
    moved = StatementLine("あいコム光", "光1Gコース 月額利用料", 10, 5000)
    assert compare(charges(moved), charges(INTERNET)) == Comparison(0, (), (INTERNET,))


def test_an_item_of_another_name_and_price_is_one_that_ended_and_one_that_began() -> None:
    """Nobody knows that it is the same."""
    faster = StatementLine("光インターネット", "光10Gコース 月額利用料", 10, 6000)
    assert causes(charges(faster), charges(INTERNET)) == [
        ("光10Gコース 月額利用料", 6600),
        ("光1Gコース 月額利用料", -5500),
    ]


def test_lines_of_0_yen_are_not_taken_for_each_other() -> None:
    """Free of charge is no price to know an item by."""
    first, second = StatementLine("光テレビ", "初月無料", 10, 0), StatementLine("光テレビ", "体験", 10, 0)
    assert compare(charges(second), charges(first)) == Comparison(0, (), (None,), (first,))


def test_an_item_that_stands_there_twice_is_one_more() -> None:
    """The first goes on, the second is new."""
    compared = compare(charges(CHANNEL, CHANNEL), charges(CHANNEL))
    assert compared == Comparison(1100, (Cause("有料チャンネル", 1100),), (CHANNEL, None))


def test_of_two_lines_of_one_item_the_one_at_the_old_price_goes_on_as_it_was() -> None:
    """The order of lines does not decide it."""
    dearer = StatementLine("光テレビ", "有料チャンネル", 10, 1500)
    compared = compare(charges(dearer, CHANNEL), charges(CHANNEL, CHANNEL))
    assert compared == Comparison(550, (Cause("有料チャンネル", 550),), (CHANNEL, CHANNEL))


def test_an_item_at_another_tax_rate_is_one_cause() -> None:
    """8 % and 10 % of the same price."""
    paper = StatementLine("チャンネルこうか", "番組ガイド誌", 10, 1000)
    was = StatementLine("チャンネルこうか", "番組ガイド誌", 8, 1000)
    assert causes(charges(paper), charges(was)) == [("番組ガイド誌", 20)]


def test_what_is_not_taxed_is_said_as_it_stands() -> None:
    """対象外."""
    assert causes(charges(RADIO), charges()) == [("行政告知放送使用料", 500)]


def test_the_yen_of_rounding_is_the_item_s_that_brought_it() -> None:
    """105 yen at 8 % are 113.4 with tax, and made the total 113 or 114 yen more: each is said as it came."""
    added = StatementLine("新聞", "月刊", 8, 105)
    for yen, more in ((115, 113), (107, 113), (108, 114)):
        earlier = StatementLine("新聞", "週刊", 8, yen)
        assert causes(charges(earlier, added), charges(earlier)) == [("月刊", more)]


def test_the_yen_of_rounding_goes_to_the_largest_fraction() -> None:
    """113.4 and 124.2 are 237 together, 113.4 and 116.64 are 230: no more is said than was charged."""
    monthly = StatementLine("新聞", "月刊", 8, 105)
    for yen, expected in ((115, [("週刊", 124), ("月刊", 113)]), (108, [("週刊", 117), ("月刊", 113)])):
        weekly = StatementLine("新聞", "週刊", 8, yen)
        assert causes(charges(monthly, weekly), charges()) == expected


def test_tax_that_was_rounded_another_way_is_nobody_s_share() -> None:
    """The lines are the same, and the total is a yen more."""
    later, earlier = charges(MAGAZINE, taxes={10: 0, 8: 19}), charges(MAGAZINE, taxes={10: 0, 8: 18})
    assert compare(later, earlier) == Comparison(1, (), (MAGAZINE,))


def test_tax_that_was_rounded_line_by_line_stays_out_of_the_shares() -> None:
    """Before 2023-10 it could be yen off: the item is said with its own tax, and the rest is left."""
    later, earlier = charges(INTERNET, CHANNEL, taxes={10: 594, 8: 0}), charges(INTERNET)
    assert causes(later, earlier) == [("有料チャンネル", 1100)]


def test_items_of_one_name_are_told_apart_by_their_service() -> None:
    """Even if only one of them changed. Without a name an item is called by its service."""
    one, other = StatementLine("電話", "基本料", 10, 1000), StatementLine("電気", "基本料", 10, 2000)
    dearer = StatementLine("電話", "基本料", 10, 1200)
    assert causes(charges(dearer, other), charges(one, other)) == [("電話 基本料", 220)]
    assert causes(charges(StatementLine("電話", "", 10, 100)), charges()) == [("電話", 110)]
    assert causes(charges(StatementLine("", "", 10, 100)), charges()) == [("", 110)]


OCTOBER, AUGUST = BillingMonth(2026, 10), BillingMonth(2026, 8)


def test_the_newest_month_is_compared_with_the_next_in_the_list() -> None:
    """However long ago that is; there may be none."""
    later, earlier = charges(INTERNET, CHANNEL), charges(INTERNET)
    listed = [ListedMonth(OCTOBER, 6600, later), ListedMonth(AUGUST, 5500, earlier)]
    assert compare_newest(listed) == compare(later, earlier)
    assert compare_newest(listed[:1]) is None
    assert compare_newest([]) is None


def test_months_of_equal_amounts_are_compared_without_their_lines() -> None:
    """Nobody reads them then."""
    assert compare_newest([ListedMonth(OCTOBER, 6600), ListedMonth(AUGUST, 6600)]) == Comparison(0)


ROUNDINGS: tuple[Callable[[int], int], ...] = (
    lambda hundredths: hundredths // 100,
    lambda hundredths: (hundredths + 50) // 100,
    lambda hundredths: -(-hundredths // 100),
)


@pytest.mark.parametrize("seed", range(500))
def test_the_causes_add_up_to_the_difference(seed: int) -> None:
    """To the yen with one rounding per rate and statement, in whichever of the three customary ways; and each
    earlier line is taken once.
    """
    dice = random.Random(seed)
    rounding = dice.choice(ROUNDINGS)
    later, earlier = (charges_of_chance(dice, rounding) for _ in range(2))
    compared = compare(later, earlier)
    assert sum(cause.difference_yen for cause in compared.causes) == compared.difference_yen
    assert all(cause.difference_yen for cause in compared.causes)
    taken = [line for line in compared.before if line is not None]
    assert sorted([*taken, *compared.ended], key=repr) == sorted(earlier.lines, key=repr)


def charges_of_chance(dice: random.Random, rounding: Callable[[int], int]) -> Charges:
    """Up to eight lines of few names, so that they meet."""
    lines = tuple(
        StatementLine(
            dice.choice(["光", "テレビ", ""]),
            dice.choice(["月額", "割引", "工事", ""]),
            dice.choice(TAX_RATES),
            dice.choice([0, 5000, dice.randint(-3000, 9000)]),
        )
        for _ in range(dice.randint(0, 8))
    )
    bases = {
        rate: sum(line.amount_yen for line in lines if line.tax_rate_percent == rate) for rate in TAX_RATES
    }
    return charges(*lines, taxes={rate: rounding(bases[rate] * rate) for rate in (10, 8)})
