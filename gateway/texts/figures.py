"""How amounts, months and times look in each language (G20)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from gateway.language import Language, spoken
from messages.japan import JAPAN
from messages.values import BillingMonth

_WEEKDAYS = "月火水木金土日"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def yen(amount: int) -> str:
    """12345 is 12,345円."""
    return f"{amount:,}円"


def month_in_words(month: BillingMonth) -> str:
    """2026年10月 (G20)."""
    return f"{month.year}年{month.month}月"


def day_in_words(day: date) -> str:
    """2026年10月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def instant_in_words(instant: datetime) -> str:
    """2026年11月24日（火） 10時25分, Japanese time; seconds are cut off, so a deadline never reads later than
    it is (S5-4).
    """
    local = instant.astimezone(JAPAN)
    day = f"{local.year}年{local.month}月{local.day}日（{_WEEKDAYS[local.weekday()]}）"
    return f"{day} {local.hour}時{local.minute:02}分"


def _english_yen(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,}"


def _english_month(month: BillingMonth) -> str:
    return f"{_MONTHS[month.month - 1]} {month.year}"


def _english_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _english_instant(instant: datetime) -> str:
    local = instant.astimezone(JAPAN)
    return f"{_english_day(local)}, {local.hour}:{local.minute:02} (Japan time)"


FIGURES: Mapping[Language, Mapping[str, Callable[[Any], str]]] = {
    Language.JAPANESE: {
        "yen": yen,
        "month": month_in_words,
        "listed_month": month_in_words,
        "short_month": lambda month: f"{month.month}月",
        "day": day_in_words,
        "instant": instant_in_words,
    },
    Language.ENGLISH: {
        "yen": _english_yen,
        "month": _english_month,
        "listed_month": lambda month: f"{_MONTHS[month.month - 1][:3]} {month.year}",
        "short_month": lambda month: _MONTHS[month.month - 1][:3],
        "day": _english_day,
        "instant": _english_instant,
    },
}
"""By the names that templates give them: ¥12,345, October 2026, Oct 2026, Oct, 5 October 2026, and
24 November 2026, 10:25 (Japan time).
"""


def figure(kind: str, value: Any) -> str:
    """The value as the language that is spoken writes it; `kind` is a name of FIGURES."""
    return FIGURES[spoken()][kind](value)


def signed_yen(amount: int) -> str:
    """+1,100円, -500円; +¥1,100, -¥500."""
    return ("+" if amount >= 0 else "") + figure("yen", amount)
