"""How values look in Japanese (G20, Q14, S5-4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.texts.figures import instant_in_words, month_in_words, yen
from messages.values import BillingMonth


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "0円"), (12345, "12,345円"), (-500, "-500円"), (1234567, "1,234,567円")]
)
def test_an_amount_has_commas_and_the_yen_sign_of_the_manual(amount: int, words: str) -> None:
    """円 behind the number."""
    assert yen(amount) == words


def test_a_month_has_no_leading_zero() -> None:
    """2026年7月, as the manual writes 2020年7月."""
    assert month_in_words(BillingMonth(2020, 7)) == "2020年7月"


def test_an_instant_is_shown_in_japanese_time_with_its_weekday() -> None:
    """Late evening in UTC is the next day in Japan."""
    assert instant_in_words(datetime(2026, 11, 23, 16, 5, tzinfo=UTC)) == "2026年11月24日（火） 1時05分"


def test_a_deadline_never_reads_later_than_it_is() -> None:
    """S5-4: seconds are cut off, not rounded."""
    assert instant_in_words(datetime(2026, 11, 24, 1, 25, 59, tzinfo=UTC)).endswith("10時25分")
