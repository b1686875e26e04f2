"""Why is it more than last month? What the list and the 明細 say of it, out of what was imported."""

from __future__ import annotations

from support.billing_harness import (
    DISCOUNT,
    INTERNET,
    MAGAZINE,
    TARO,
    TOWN_RADIO,
    Harness,
    an_assertion,
    months,
)

from messages.billing import EarlierLine, ShownCause, ShownComparison, ShownLine
from messages.values import BillingMonth

SEPTEMBER = BillingMonth(2026, 9)
DEARER = ("光インターネット", "光1Gコース 月額利用料", "10%", 5500)


async def test_the_list_says_how_much_more_the_newest_is_and_why(harness: Harness) -> None:
    """Two items more, and one at another price."""
    files = harness.files().add(TARO, "2026-09", INTERNET, DISCOUNT)
    await harness.bring(files.add(TARO, "2026-10", DEARER, DISCOUNT, MAGAZINE))
    listed = await harness.listed()
    assert listed.comparison == ShownComparison(
        with_month=SEPTEMBER,
        difference_yen=798,
        causes=(
            ShownCause(name="光1Gコース 月額利用料", difference_yen=550),
            ShownCause(name="番組ガイド誌", difference_yen=248),
        ),
    )
    assert (await harness.shown("2026-10")).comparison == listed.comparison


async def test_a_statement_tells_of_each_line_what_it_was(harness: Harness) -> None:
    """Dearer, new, the same; and what is no more."""
    files = harness.files().add(TARO, "2026-09", INTERNET, TOWN_RADIO, DISCOUNT)
    await harness.bring(files.add(TARO, "2026-10", DEARER, MAGAZINE, TOWN_RADIO))
    shown = await harness.shown("2026-10")
    assert [line.before for line in shown.lines] == [
        EarlierLine(item=INTERNET[1], tax_rate_percent=10, amount_yen=5000),
        None,
        EarlierLine(item=TOWN_RADIO[1], tax_rate_percent=0, amount_yen=500),
    ]
    assert [line.is_new for line in shown.lines] == [False, True, False]
    ended = ShownLine(service=DISCOUNT[0], item=DISCOUNT[1], tax_rate_percent=10, amount_yen=-500)
    assert shown.ended_lines == (ended,)


async def test_after_a_gap_the_month_that_is_listed_next_is_the_one_to_compare_with(harness: Harness) -> None:
    """Q20: the reply names it."""
    await harness.bring(
        harness.files().add(TARO, "2026-10", INTERNET).add(TARO, "2026-07", INTERNET, MAGAZINE)
    )
    for compared in ((await harness.listed()).comparison, (await harness.shown("2026-10")).comparison):
        assert compared
        assert (str(compared.with_month), compared.difference_yen) == ("2026-07", -248)


async def test_equal_amounts_are_told_as_equal(harness: Harness) -> None:
    """List and statement alike name no causes then; a statement marks its lines all the same."""
    other = ("光インターネット", "光100Mコース 月額利用料", "10%", 4500)
    option = ("光インターネット", "固定IPアドレス", "10%", 500)
    await harness.bring(harness.files().add(TARO, "2026-09", INTERNET).add(TARO, "2026-10", other, option))
    equal = ShownComparison(with_month=SEPTEMBER, difference_yen=0, causes=())
    shown = await harness.shown("2026-10")
    assert (await harness.listed()).comparison == shown.comparison == equal
    assert [line.is_new for line in shown.lines] == [True, True]


async def test_the_first_month_is_compared_with_nothing(harness: Harness) -> None:
    """No line is new then."""
    await harness.given_charges(["2026-10"])
    shown = await harness.shown("2026-10")
    assert ((await harness.listed()).comparison, shown.comparison, shown.ended_lines) == (None, None, ())
    assert not shown.lines[0].is_new


async def test_a_holder_hears_nothing_of_what_the_one_before_paid(harness: Harness) -> None:
    """Q23: neither the amount nor an item of the month before his contract."""
    files = harness.files().add(TARO, "2026-09", INTERNET, MAGAZINE).add(TARO, "2026-10", INTERNET)
    await harness.bring(files)
    newcomer = an_assertion(charges_from="2026-10")
    shown = await harness.shown("2026-10", newcomer)
    assert (shown.comparison, shown.ended_lines, shown.lines[0].before) == (None, (), None)
    assert (await harness.listed(newcomer)).comparison is None


async def test_nothing_out_of_the_window_and_nothing_unpublished_is_compared(harness: Harness) -> None:
    """The oldest listed month stands alone, and next month's bill is nobody's yet."""
    files = harness.files()
    for month in months("2026-10", 13):
        files.add(TARO, month, *([INTERNET, MAGAZINE] if month < "2025-11" else [INTERNET]))
    await harness.bring(files)
    await harness.bring(harness.files().add(TARO, "2026-11", INTERNET, TOWN_RADIO), publish=False)
    assert (await harness.shown("2025-11")).comparison is None
    compared = (await harness.listed()).comparison
    assert compared
    assert (compared.with_month, compared.difference_yen) == (SEPTEMBER, 0)


async def test_a_month_without_lines_is_compared_by_what_the_other_has(harness: Harness) -> None:
    """0 yen on either side."""
    files = harness.files().add(TARO, "2026-08", INTERNET).add(TARO, "2026-09").add(TARO, "2026-10", INTERNET)
    await harness.bring(files)
    cause = ShownCause(name="光1Gコース 月額利用料", difference_yen=5500)
    compared = (await harness.listed()).comparison
    assert compared
    assert compared.causes == (cause,)
    nothing = (await harness.shown("2026-09")).comparison
    assert nothing
    assert nothing.causes == (ShownCause(name=cause.name, difference_yen=-5500),)
