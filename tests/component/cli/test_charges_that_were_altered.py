"""`mypage charges verify` and `unpublish` as an operator runs them (C14, C15)."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import mypage.local.demo
from chassis.database.db import Database

Run = Callable[..., subprocess.CompletedProcess[str]]

DEMO = Path(mypage.local.demo.__file__).parent
BEHIND_ITS_BACK = """
    UPDATE statement_lines SET amount_yen = amount_yen + 1 WHERE line_number = 2 AND statement_key = (
        SELECT statement_key FROM statements
        WHERE (customer_number, billing_month) = ('12345678', '2026-10-01')
    )
"""


@pytest.fixture
def published(mypage: Run) -> Run:
    """With the demo's months."""
    done = mypage("charges", "import", DEMO / "statements.csv", DEMO / "statement_lines.csv", "--publish")
    assert done.returncode == 0
    return mypage


async def alter(databases: dict[str, Database], statement: str) -> None:
    """By SQL, as no command would."""
    async with databases["billing"].transaction() as tx:
        await tx.execute(statement)


def test_charges_that_nobody_altered_are_told_in_one_sentence(published: Run) -> None:
    """Exit code 0."""
    done = published("charges", "verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("15 か月、公開した明細 ")
    assert done.stdout.endswith("版: すべて公開したときのままです。\n")


async def test_a_row_that_was_altered_is_found_with_its_line(
    published: Run, databases: dict[str, Database], tmp_path: Path
) -> None:
    """Exit code 1; the customer's number stands in the report alone."""
    await alter(databases, BEHIND_ITS_BACK)
    failed = published("charges", "verify", "--report", tmp_path / "altered.csv", COLUMNS="200")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "2行目が公開したときと違います" in failed.stderr
    assert "1 件が、公開したときと一致しません。" in failed.stderr
    assert "12345678" not in failed.stderr
    raw = (tmp_path / "altered.csv").read_bytes()
    assert (raw.startswith(b"\xef\xbb\xbf"), raw.count(b"\n")) == (True, raw.count(b"\r\n"))
    _, *rows = csv.reader(raw.decode("utf-8-sig").splitlines())
    assert rows == [["2026-10", "12345678", "1", "2行目が公開したときと違います"]]
    assert published("charges", "verify", "--month", "2026-09").returncode == 0


async def test_a_program_hears_what_does_not_agree_as_json(
    published: Run, databases: dict[str, Database]
) -> None:
    """With the same exit codes, and numbers masked: it may be a log."""
    clean = json.loads(published("charges", "verify", "--json").stdout)
    assert (clean["disagreements"], clean["count"], len(clean["months"])) == ([], 0, 15)
    await alter(databases, BEHIND_ITS_BACK)
    failed = published("charges", "verify", "--month", "2026-10", "--json")
    assert failed.returncode == 1
    told = json.loads(failed.stdout)
    assert told["months"] == ["2026-10"]
    [disagreement] = told["disagreements"]
    assert (disagreement["fault"], disagreement["revision"]) == ("altered", 1)
    assert disagreement["customer_number"] == "1＊＊＊"


async def test_a_month_is_taken_back_with_a_reason_that_is_kept(
    published: Run, databases: dict[str, Database]
) -> None:
    """And not twice."""
    done = published("charges", "unpublish", "2026-10", "--reason", "取り違え", MYPAGE_OPERATOR="hanako")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2026-10 を取り下げました。お客様には見えません。\n"
    async with databases["billing"].transaction() as tx:
        [row] = await tx.fetch("SELECT * FROM publication_actions WHERE action = 'unpublished'")
        assert await tx.fetchval("SELECT count(*) FROM published_months") == 14
    assert (row["done_by"], row["reason"]) == ("hanako", "取り違え")
    again = published("charges", "unpublish", "2026-10", "--reason", "取り違え")
    assert (again.returncode, again.stderr) == (1, "2026-10 は公開していません。\n")
    assert published("charges", "publish", "2026-10").returncode == 0
    assert published("charges", "verify").returncode == 0


def test_a_month_that_was_never_shown_cannot_be_verified(published: Run) -> None:
    """A typing error is no proof."""
    failed = published("charges", "verify", "--month", "2062-10")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == "2062-10 を公開した記録がありません。\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("unpublish", "2026-10"),
        ("unpublish", "2026-10", "--reason", "\u3000"),
        ("unpublish", "10月", "--reason", "誤り"),
        ("verify", "--month", "10月"),
    ],
)
def test_wrong_use_is_exit_code_2(mypage: Run, arguments: tuple[str, ...]) -> None:
    """Nothing was tried."""
    wrong = mypage("charges", *arguments)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Traceback" not in wrong.stderr


@pytest.mark.parametrize("command", ["unpublish", "verify"])
def test_help_has_an_example(mypage: Run, command: str) -> None:
    """To be copied."""
    shown = mypage("charges", command, "--help", COLUMNS="120")
    assert shown.returncode == 0
    assert f"例: mypage charges {command} " in shown.stdout
