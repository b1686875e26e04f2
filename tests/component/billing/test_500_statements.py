"""List, 明細 and the difference in words agree to the yen with the rows that were imported."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from support.billing_harness import Files, Harness, an_assertion, months

from gateway.charges.groups import groups_of
from gateway.charges.list import listed_rows
from gateway.charges.statement import month_before_of, sentence_of_statement
from gateway.texts.charges import newest_in_words
from messages.billing import StatementShown

CUSTOMERS = [f"4050{number:04}" for number in range(42)]
MONTHS = months("2026-10", 12)
SERVICES = ("光インターネット", "光テレビ", "ケーブルプラス電話")
ITEMS = ("月額利用料", "有料チャンネル", "セット割引", "工事費", "通話料")


def some_lines(dice: random.Random) -> list[tuple[str, str, str, int]]:
    """Up to nine, of few names so that months resemble each other; some are negative, some of 0 yen."""
    return [
        (
            dice.choice(SERVICES),
            dice.choice(ITEMS),
            dice.choice(("10%", "10%", "8%", "対象外")),
            dice.choice((0, 1000, 5000, dice.randint(-900, 9000))),
        )
        for _ in range(dice.randint(0, 9))
    ]


def given(files: Files) -> Mapping[tuple[str, str], int]:
    """504 statements; by customer and month what the file says is to be paid. Every third is as the month
    before.
    """
    dice = random.Random(2026)
    for customer in CUSTOMERS:
        lines = some_lines(dice)
        for month in reversed(MONTHS):
            lines = lines if dice.random() < 0.3 else some_lines(dice)
            files.add(customer, month, *lines)
    return {(str(row[0]), str(row[1])): int(str(row[-1])) for row in files.statements}


def yen_in(words: str) -> list[int]:
    """The signed amounts in a sentence."""
    return [int(found.replace(",", "")) for found in re.findall(r"([+-][0-9,]+)円", words)]


def difference_said(sentence: str) -> int:
    """How much more, out of the words alone."""
    found = re.search(r"より([0-9,]+)円(高く|安く)なっています", sentence)
    if found is None:
        assert "と同じ金額です。" in sentence
        return 0
    return int(found[1].replace(",", "")) * (1 if found[2] == "高く" else -1)


async def test_what_is_shown_of_500_statements_is_what_was_imported(harness: Harness) -> None:
    """Amounts, groups, differences, and the parts of each sentence."""
    files = harness.files()
    amounts = given(files)
    assert len(amounts) >= 500
    await harness.bring(files)
    for customer in CUSTOMERS:
        word = an_assertion(customer)
        listed = await harness.listed(word)
        rows = listed_rows(listed.statements)
        assert [(str(row.month), row.amount_yen) for row in rows] == [
            (month, amounts[customer, month]) for month in MONTHS
        ]
        for month, earlier, row in zip(MONTHS, [*MONTHS[1:], None], rows, strict=True):
            shown = await harness.shown(month, word)
            assert shown.amount_yen == amounts[customer, month]
            the_groups_add_up(shown)
            if earlier is None:
                assert (row.difference, the_sentence(shown)) == ("", "")
                continue
            difference = amounts[customer, month] - amounts[customer, earlier]
            assert row.difference_yen == difference
            the_sentence_adds_up(the_sentence(shown), difference)
        newest = amounts[customer, MONTHS[0]] - amounts[customer, MONTHS[1]]
        assert newest_in_words(listed) == the_sentence(await harness.shown(MONTHS[0], word))
        the_sentence_adds_up(newest_in_words(listed), newest)


def the_sentence(shown: StatementShown) -> str:
    """As its page says it."""
    return sentence_of_statement(shown, month_before_of(shown))


def the_groups_add_up(shown: StatementShown) -> None:
    """Subtotals and taxes are the total."""
    groups = groups_of(shown.lines)
    assert sum(len(group.lines) for group in groups) == len(shown.lines)
    taxes = sum(total.consumption_tax_yen for total in shown.rate_totals)
    assert sum(group.subtotal_yen for group in groups) + taxes == shown.amount_yen


def the_sentence_adds_up(sentence: str, difference: int) -> None:
    """Its parts are the difference, to the yen."""
    assert difference_said(sentence) == difference
    assert sum(yen_in(sentence)) == difference
