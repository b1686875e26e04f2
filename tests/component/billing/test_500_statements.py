"""List, page, PDF, CSV and the difference in words agree to the yen with the rows that were imported."""

from __future__ import annotations

import html
import random
import re
from itertools import pairwise

import pytest
from support.billing_harness import Files, Harness, an_assertion, months
from support.imported_bills import amounts_of, check_names, check_table, items_of
from support.scripted_services import Browser, Services
from support.statement_files import TRICKY, amounts, by_service, file_at, unspaced, words_of

from messages.billing import ListCharges, ShowStatement

CUSTOMERS = [f"4050{number:04}" for number in range(42)]
MONTHS = months("2026-10", 12)
SELECTOR = "\U000e0100"  # an import leaves it out, as it cannot be seen
SERVICES = ("光インターネット", "光テレビ", "=1+1", *(name.replace(SELECTOR, "") for name, _ in TRICKY))
ITEMS = ("月額利用料", "有料チャンネル", "セット割引", "-@SUM(A1)", *(item for _, item in TRICKY))
PARTS = 6


def some_lines(dice: random.Random) -> list[tuple[str, str, str, int]]:
    """Up to forty, of few names so that months resemble each other; of every rate, size and sign."""
    few = dice.sample(SERVICES, 3), dice.sample(ITEMS, 5)
    return [
        (
            dice.choice(few[0]),
            dice.choice(few[1]),
            dice.choice(("10%", "10%", "8%", "対象外")),
            dice.choice((0, 1000, 5000, dice.randint(-900, 9000), dice.randint(0, 10_000_000))),
        )
        for _ in range(dice.choice((0, 1, 3, 5, 9, 9, 25, 40)))
    ]


def given(files: Files) -> Files:
    """504 statements. Every third is as the month before."""
    dice = random.Random(2026)
    for customer in CUSTOMERS:
        lines = some_lines(dice)
        for month in reversed(MONTHS):
            lines = lines if dice.random() < 0.3 else some_lines(dice)
            files.add(customer, month.replace("-", "/"), *lines)
    assert len(files.statements) >= 500
    return files


async def look_as(customer: str, harness: Harness, services: Services) -> None:
    """The portal shows what billing says to that customer."""
    word = an_assertion(customer)
    shown = {month: await harness.shown(month, word) for month in MONTHS}
    services.answer(ListCharges, await harness.listed(word))
    services.says[ShowStatement] = lambda asked: shown[str(asked.billing_month)]


@pytest.mark.parametrize("part", range(PARTS))
async def test_what_is_shown_of_500_statements_is_what_was_imported(
    harness: Harness, logged_in: Browser, services: Services, part: int
) -> None:
    """As a browser, a spreadsheet and poppler read them."""
    files = given(harness.files())
    await harness.bring(files)
    for customer in CUSTOMERS[part::PARTS]:
        await look_as(customer, harness, services)
        totals = {month: amounts_of(files, customer, month)[1][-1] for month in MONTHS}
        page = (await logged_in.get("/charges")).text
        check_list(page, totals)
        newest = totals[MONTHS[0]] - totals[MONTHS[1]]
        the_sentence_adds_up(page, newest)
        for month, earlier in zip(MONTHS, [*MONTHS[1:], None], strict=True):
            page = (await logged_in.get(f"/charges/{month}")).text
            check_page(page, files, customer, month)
            if earlier is not None:
                the_sentence_adds_up(page, totals[month] - totals[earlier])
                bases = [sum(line[3] for line in items_of(files, customer, at)) for at in (month, earlier)]
                assert difference_of_lines(page) == bases[0] - bases[1]
            table = (await file_at(logged_in, f"/charges/{month}.csv"))[1]
            check_table(table, files, customer, [month])
        check_table((await file_at(logged_in, "/charges.csv"))[1], files, customer, MONTHS[::-1])
        await check_papers(logged_in, files, customer)


def check_list(page: str, totals: dict[str, int]) -> None:
    """Each month's total, newest first, and the difference to the row below in words."""
    listed = []
    for row in rows_in(page, "charges"):
        month, cell = row[0], row[1]
        total, _, difference = cell.partition("円")
        listed.append((month, number(total), signed(difference)))
    sums = list(totals.values())
    differences = [*(later - earlier for later, earlier in pairwise(sums)), None]
    in_words = [f"{int(month[:4])}年{int(month[5:])}月" for month in totals]
    assert listed == [*zip(in_words, sums, differences, strict=True)]


def check_page(page: str, files: Files, customer: str, month: str) -> None:
    """The total, each service with its subtotal and lines, and each rate."""
    _, (base_10, tax_10, base_8, tax_8, base_0, amount) = amounts_of(files, customer, month)
    assert f'<strong id="total">{amount:,}円</strong>' in page
    expected = []
    for service, lines in by_service(items_of(files, customer, month)).items():
        expected.append([unspaced(service), f"小計{sum(line[3] for line in lines):,}円"])
        for _, item, rate, of_line in lines:
            mark = "※" if rate == 8 else ""
            expected.append([unspaced(item) + mark, f"{rate}%" if rate else "対象外", f"{of_line:,}円"])
    assert rows_in(without_changes(page), "lines") == expected
    rates = [("10%対象", base_10, tax_10), ("8%対象※", base_8, tax_8), ("対象外", base_0, 0)]
    expected = [[name, f"{base:,}円", f"{tax:,}円"] for name, base, tax in rates if base or tax]
    if expected:
        expected.append(["ご請求額（税込）", f"{amount:,}円"])
    assert rows_in(page, "rates") == expected


async def check_papers(browser: Browser, files: Files, customer: str) -> None:
    """A year on paper has every line and amount of every month, and the sums of all; a month has its own."""
    papers, in_year = zip(*(amounts_of(files, customer, month) for month in MONTHS[::-1]), strict=True)
    sums = [sum(column) for column in zip(*in_year, strict=True)]
    of_year = [sums[-1], *(yen for row in in_year for yen in row), *sums]
    words = words_of((await file_at(browser, "/charges.pdf"))[1])
    check_names(words, files, customer, MONTHS[::-1])
    assert amounts(words) == [*of_year, *(yen for paper in papers for yen in paper)]
    words = words_of((await file_at(browser, f"/charges/{MONTHS[0]}.pdf"))[1])
    check_names(words, files, customer, MONTHS[:1])
    assert amounts(words) == papers[-1]


def rows_in(page: str, table: str) -> list[list[str]]:
    """The cells of the rows of that table, without its head; none if it is not there."""
    found = re.search(f'<table class="{table}">.*?</thead>(.*?)</table>', page, re.S)
    rows = re.findall("<tr.*?</tr>", found[1], re.S) if found else []
    return [[words_in(cell) for cell in re.findall("<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


def words_in(markup: str) -> str:
    return unspaced(html.unescape(re.sub("<[^>]+>", "", markup)))


def without_changes(page: str) -> str:
    """Lines without what changed of them in words."""
    return re.sub('<span class="change-of-line">.*?</span>', "", page, flags=re.S)


def number(digits: str) -> int:
    return int(digits.replace(",", ""))


def signed(difference: str) -> int | None:
    """How much more, out of the words under an amount; None if there are none."""
    if not difference:
        return None
    if difference.endswith("と同じ"):
        return 0
    found = re.fullmatch("([0-9,]+)円(高い|安い)", difference)
    assert found
    return number(found[1]) * (1 if found[2] == "高い" else -1)


def the_sentence_adds_up(page: str, difference: int) -> None:
    """It says the difference, and its parts are the difference."""
    found = re.search(r"より([0-9,]+)円(高く|安く)なっています（(.*?)）。</p>", page)
    if found is None:
        assert "と同じ金額です。" in page
        assert difference == 0
        return
    assert number(found[1]) * (1 if found[2] == "高く" else -1) == difference
    assert sum(number(part) for part in re.findall("([+-][0-9,]+)円", found[3])) == difference


def difference_of_lines(page: str) -> int:
    """What the words under the lines, and the list of those that ended, add up to."""
    changes = 0
    for row in re.findall(r"<tr>.*?</tr>", page, re.S):
        said = re.search('<span class="change-of-line">(.*?)</span>', row)
        if said and "にはない項目です" in said[1]:
            changes += amounts(words_in(row))[-1]
        elif said and (more := re.search("([+-][0-9,]+)円", said[1])):
            changes += number(more[1])
    ended = re.findall("<li>[^<]* (-?[0-9,]+)円</li>", page)
    return changes - sum(number(amount) for amount in ended)
