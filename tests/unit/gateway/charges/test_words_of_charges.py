"""Why is it more than last month? In one sentence, whose parts add up to the yen."""

from __future__ import annotations

import pytest

from gateway.texts.charges import (
    difference_in_words,
    difference_sentence,
    line_in_words,
    month_before,
    newest_in_words,
)
from messages.billing import (
    ChargesListed,
    EarlierLine,
    ListedStatement,
    ShownCause,
    ShownComparison,
    ShownLine,
)
from messages.values import BillingMonth

OCTOBER, SEPTEMBER, JULY = (BillingMonth(2026, month) for month in (10, 9, 7))


def sentence(difference: int, *causes: tuple[str, int]) -> str:
    """Of the newest bill."""
    shown = tuple(ShownCause(name=name, difference_yen=yen) for name, yen in causes)
    comparison = ShownComparison(with_month=SEPTEMBER, difference_yen=difference, causes=shown)
    return difference_sentence(difference, "先月", comparison)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            sentence(1100, ("有料チャンネル", 1100)),
            "先月より1,100円高くなっています（有料チャンネル +1,100円）。",
        ),
        (sentence(-13_200, ("工事費", -13_200)), "先月より13,200円安くなっています（工事費 -13,200円）。"),
        (sentence(0), "先月と同じ金額です。"),
        (
            sentence(550, ("有料チャンネル", 1100), ("セット割引", -550)),
            "先月より550円高くなっています（有料チャンネル +1,100円、セット割引 -550円）。",
        ),
        (
            sentence(600, ("あ", 400), ("い", 300), ("う", -200), ("え", 99), ("お", 1)),
            "先月より600円高くなっています（あ +400円、い +300円、う -200円、ほか +100円）。",
        ),
        (
            sentence(500, ("あ", 400), ("い", 300), ("う", -200), ("え", 9), ("お", -9)),
            "先月より500円高くなっています（あ +400円、い +300円、う -200円、ほか）。",
        ),
        (sentence(1), "先月より1円高くなっています（消費税の端数 +1円）。"),
        (sentence(1101, ("あ", 1100)), "先月より1,101円高くなっています（あ +1,100円、消費税の端数 +1円）。"),
        (sentence(100, ("", 100)), "先月より100円高くなっています（そのほか +100円）。"),
        (difference_sentence(-30, "2026年7月"), "2026年7月より30円安くなっています。"),
    ],
)
def test_a_difference_is_one_sentence(said: str, expected: str) -> None:
    """Equal, more, less, several causes, a rounding, no causes known."""
    assert said == expected


def test_the_month_before_has_its_name_when_months_lie_between() -> None:
    """先月 is said of the newest bill alone."""
    assert month_before(OCTOBER, SEPTEMBER, is_newest=True) == "先月"
    assert month_before(OCTOBER, SEPTEMBER, is_newest=False) == "前の月"
    assert month_before(OCTOBER, JULY, is_newest=True) == "2026年7月"
    assert month_before(BillingMonth(2027, 1), BillingMonth(2026, 12), is_newest=True) == "先月"


def test_under_an_amount_the_difference_stands_in_words() -> None:
    """The arrow beside it is not the only sign."""
    assert difference_in_words(1100, "前の月") == "1,100円高い"
    assert difference_in_words(-85, "前の月") == "85円安い"
    assert difference_in_words(0, "前の月") == "前の月と同じ"
    assert difference_in_words(1100, "2026年7月") == "2026年7月より1,100円高い"


def listed(*rows: tuple[BillingMonth, int], comparison: ShownComparison | None = None) -> ChargesListed:
    """Newest first."""
    return ChargesListed(
        statements=tuple(ListedStatement(billing_month=month, amount_yen=yen) for month, yen in rows),
        listed_months=12,
        first_listed_month=BillingMonth(2020, 7),
        comparison=comparison,
    )


def test_the_only_month_is_compared_with_nothing() -> None:
    """An honest sentence."""
    assert newest_in_words(listed((OCTOBER, 5500))) == "比べられる前の月の請求はありません。"


def test_a_billing_of_the_last_release_leaves_the_causes_out() -> None:
    """Both run side by side: the amounts of its list say how much."""
    assert newest_in_words(listed((OCTOBER, 6600), (SEPTEMBER, 5500))) == "先月より1,100円高くなっています。"
    assert newest_in_words(listed((OCTOBER, 6600), (JULY, 6600))) == "2026年7月と同じ金額です。"


def a_line(
    *,
    item: str = "月額",
    rate: int = 10,
    yen: int = 1500,
    before: EarlierLine | None = None,
    new: bool = False,
) -> ShownLine:
    return ShownLine(
        service="光", item=item, tax_rate_percent=rate, amount_yen=yen, before=before, is_new=new
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (a_line(), ""),
        (a_line(new=True), "先月にはない項目です"),
        (a_line(before=EarlierLine(item="月額", tax_rate_percent=10, amount_yen=1500)), ""),
        (a_line(before=EarlierLine(item="月額", tax_rate_percent=10, amount_yen=500)), "先月より +1,000円"),
        (a_line(before=EarlierLine(item="旧", tax_rate_percent=10, amount_yen=1500)), "先月は「旧」"),
        (a_line(before=EarlierLine(item="", tax_rate_percent=10, amount_yen=1500)), "先月は「そのほか」"),
        (
            a_line(before=EarlierLine(item="月額", tax_rate_percent=8, amount_yen=1600)),
            "先月より -100円、先月は税率8%",
        ),
        (
            a_line(before=EarlierLine(item="月額", tax_rate_percent=0, amount_yen=1500)),
            "先月は税率の対象外",
        ),
    ],
)
def test_what_changed_of_a_line_stands_under_it(line: ShownLine, expected: str) -> None:
    """In words, without tax as the line itself."""
    assert line_in_words(line, "先月") == expected
