"""The demo's charges make the first impression: a year in which things happen, told by the files alone."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import mypage.local.demo

DEMO = Path(mypage.local.demo.__file__).parent
TARO = "0012345678"  # whom the README and `make up` name
NEWEST, BEFORE = "2026/10", "2026/09"


def year_of(customer: str) -> dict[str, dict[str, int]]:
    """By item: by month, how much."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in csv.DictReader(lines()):
        if row["お客様番号"] == customer:
            found[row["内訳"]][row["請求年月"]] = int(row["金額"])
    return found


def lines() -> list[str]:
    """Of the file of lines."""
    return (DEMO / "statement_lines.csv").read_text(encoding="utf-8-sig").splitlines()


def test_the_customer_of_the_readme_has_a_year_in_which_things_happen() -> None:
    """A price that changes, a campaign that ends, a one-off, and in the newest month a new option."""
    year = year_of(TARO)
    assert year["光1Gコース 月額利用料"][NEWEST] > year["光1Gコース 月額利用料"]["2025/11"]
    campaign = year["はじめてのテレビ割引（6か月間）"]
    assert (len(campaign), max(campaign), set(campaign.values())) == (6, "2026/04", {-1000})
    assert list(year["訪問サポート"]) == ["2026/07"]
    added = [item for item, months in year.items() if NEWEST in months and BEFORE not in months]
    assert added == ["有料チャンネル 映画パック"]


def test_customers_differ() -> None:
    """No two have the same items at the same prices in any year."""
    customers = {row["お客様番号"] for row in csv.DictReader(lines())}
    years = {
        str(sorted((item, sorted(year.items())) for item, year in year_of(each).items()))
        for each in customers
    }
    assert len(years) == len(customers) == 12


def test_every_kind_of_statement_is_there() -> None:
    """The reduced rate, no tax at all, another company's service, a discount, and one without lines."""
    rows = list(csv.DictReader(lines()))
    assert {row["税率"] for row in rows} == {"10%", "8%", "対象外"}
    assert {"ケーブルプラス電話", "auでんき"} < {row["サービス"] for row in rows}
    assert any(int(row["金額"]) < 0 for row in rows)
    with (DEMO / "statements.csv").open(encoding="utf-8-sig") as file:
        statements = {(row["お客様番号"], row["請求年月"]) for row in csv.DictReader(file)}
    assert len(statements - {(row["お客様番号"], row["請求年月"]) for row in rows}) == 1


def test_the_files_are_small() -> None:
    """They lie in the repository and in an image."""
    assert sum(path.stat().st_size for path in DEMO.glob("*.csv")) < 80_000
