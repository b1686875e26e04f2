"""`mypage contracts import`, `mypage charges import` and `mypage charges publish` (C7, C8, C10; exit 0 done,
1 failed, 2 wrong use).
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mypage.local.demo
from chassis.database.db import Database

Run = Callable[..., subprocess.CompletedProcess[str]]

DEMO = Path(mypage.local.demo.__file__).parent
CONTRACTS, STATEMENTS, LINES = DEMO / "contracts.csv", DEMO / "statements.csv", DEMO / "statement_lines.csv"
TITLES = "お客様番号,契約区分,契約者名カナ,電話番号1,電話番号2,契約状態,契約日,解約日"


@pytest.fixture
def broken_contracts(tmp_path: Path) -> Path:
    """Two bad cells; one title would be a formula, another would be markup."""
    path = tmp_path / "broken.csv"
    path.write_text(
        f"{TITLES},=1+1,[red]色\r\n1,個人,山田,0748-00-1234,,契約中,昨日,,,\r\n",
        encoding="utf-8-sig",
        newline="",
    )
    return path


async def count(database: Database, table: str) -> Any:
    """Rows of a table."""
    async with database.transaction() as tx:
        return await tx.fetchval(f"SELECT count(*) FROM {table}")


async def test_the_demo_contracts_are_imported_and_counted(
    mypage: Run, databases: dict[str, Database]
) -> None:
    """One sentence on standard output, nothing else."""
    done = mypage("contracts", "import", CONTRACTS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "契約 12 件（utf-8-sig）: 追加 12、変更 0、変更なし 0、凍結したアカウント 0\n"
    assert await count(databases["identity"], "contracts") == 12


async def test_the_demo_charges_are_imported_and_published(
    mypage: Run, databases: dict[str, Database]
) -> None:
    """Fifteen months up to October 2026."""
    done = mypage("charges", "import", STATEMENTS, LINES, "--publish", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    assert (result["statements"], result["lines"], result["added"], result["published"]) == (
        163,
        701,
        163,
        True,
    )
    assert (len(result["months"]), result["months"][-1]) == (15, "2026-10")
    assert await count(databases["billing"], "published_months") == 15


async def test_charges_are_published_by_a_command_of_their_own(
    mypage: Run, databases: dict[str, Database]
) -> None:
    """First looked at, then shown."""
    imported = mypage("charges", "import", STATEMENTS, LINES)
    assert "まだ公開していません" in imported.stdout
    rehearsed = mypage("charges", "publish", "2026-10", "--dry-run")
    assert (rehearsed.returncode, await count(databases["billing"], "published_months")) == (0, 0)
    assert "公開できます（試行）" in rehearsed.stdout
    done = mypage("charges", "publish", "2026-10", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["month"] == "2026-10"
    assert await count(databases["billing"], "published_months") == 1


def test_a_month_that_was_never_imported_is_not_published(mypage: Run) -> None:
    """One clear sentence."""
    failed = mypage("charges", "publish", "2026-11")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == "2026-11 の請求はまだ取り込まれていません。\n"


async def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    mypage: Run, databases: dict[str, Database]
) -> None:
    """C7."""
    for command in (
        ("contracts", "import", CONTRACTS),
        ("charges", "import", STATEMENTS, LINES, "--publish"),
    ):
        done = mypage(*command, "--dry-run")
        assert done.returncode == 0
        assert done.stdout.startswith("（試行）")
    assert await count(databases["identity"], "contracts") == 0
    assert await count(databases["billing"], "statements") == 0


async def test_a_broken_file_is_explained_and_changes_nothing(
    mypage: Run, databases: dict[str, Database], broken_contracts: Path
) -> None:
    """On standard error, without a personal value and without a traceback."""
    failed = mypage("contracts", "import", broken_contracts, COLUMNS="200")
    assert (failed.returncode, failed.stdout) == (1, "")
    for text in (
        "broken.csv",
        "=1+1",
        "[red]色",
        "知らない列です",
        "山＊＊＊",
        "カタカナではありません",
        "契約日",
    ):
        assert text in failed.stderr
    assert "4 件の問題があるため、何も変更していません。" in failed.stderr
    assert "山田" not in failed.stderr
    assert "Traceback" not in failed.stderr
    assert await count(databases["identity"], "contracts") == 0


def test_a_program_gets_the_problems_as_json(mypage: Run, broken_contracts: Path) -> None:
    """On standard output, where results are."""
    failed = mypage("contracts", "import", broken_contracts, "--json")
    assert failed.returncode == 1
    told = json.loads(failed.stdout)
    assert told["count"] == len(told["problems"]) == 4
    assert set(told["problems"][0]) == {"file", "line", "column", "masked_value", "reason"}


def test_the_report_is_a_file_that_excel_opens_without_running_it(
    mypage: Run, broken_contracts: Path, tmp_path: Path
) -> None:
    """UTF-8 with BOM, CRLF, no formula (C8, C10)."""
    report = tmp_path / "report.csv"
    assert mypage("contracts", "import", broken_contracts, "--report", report).returncode == 1
    raw = report.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 5
    titles, *rows = csv.reader(raw.decode("utf-8-sig").splitlines())
    assert titles == ["ファイル", "行", "列", "値", "理由"]
    assert ["broken.csv", "1", "'=1+1", "", "知らない列です"] in rows
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_a_report_of_many_problems_ends_with_their_number(mypage: Run, tmp_path: Path) -> None:
    """A thousand rows, then a count (C8)."""
    many, report = tmp_path / "many.csv", tmp_path / "report.csv"
    many.write_text(
        f"{TITLES}\r\n" + "x,個人,アイコム,0748001234,,契約中,2019/04/01,\r\n" * 1_200,
        encoding="utf-8",
        newline="",
    )
    failed = mypage("contracts", "import", many, "--report", report)
    assert "1,200 件の問題" in failed.stderr
    rows = report.read_text(encoding="utf-8-sig").splitlines()
    assert (len(rows), rows[-1]) == (1_002, ",,,,このほかに 200 件あります。")


def test_a_report_that_cannot_be_written_does_not_hide_the_problems(
    mypage: Run, broken_contracts: Path, tmp_path: Path
) -> None:
    """And is not taken for a database that is away."""
    failed = mypage(
        "contracts",
        "import",
        broken_contracts,
        "--report",
        tmp_path / "nowhere" / "report.csv",
        COLUMNS="200",
    )
    assert failed.returncode == 1
    assert "report.csv に書けません" in failed.stderr
    assert "カタカナではありません" in failed.stderr
    assert "データベース" not in failed.stderr


def test_an_encoding_may_be_given(mypage: Run, tmp_path: Path) -> None:
    """It is not searched for then (C1)."""
    path = tmp_path / "contracts.csv"
    path.write_bytes(CONTRACTS.read_text(encoding="utf-8-sig").encode("cp932"))
    assert "（cp932）" in mypage("contracts", "import", path, "--encoding", "cp932", "--dry-run").stdout
    refused = mypage("contracts", "import", path, "--encoding", "utf-8", "--dry-run", COLUMNS="200")
    assert refused.returncode == 1
    assert "文字コードがUTF-8ではありません" in refused.stderr


def test_a_database_that_is_away_is_told_in_one_sentence(mypage: Run) -> None:
    """No traceback, no address with its password."""
    away = {"MYPAGE_DATABASES__BILLING": "postgresql://billing:geheim@127.0.0.1:1/billing"}
    for command in (("import", STATEMENTS, LINES), ("publish", "2026-10")):
        failed = mypage("charges", *command, **away)
        assert (failed.returncode, failed.stdout) == (1, "")
        assert failed.stderr.startswith("データベースにつながりません")
        assert failed.stderr.count("\n") == 1
        assert "geheim" not in failed.stderr


async def test_a_database_without_tables_is_told_in_one_sentence(
    mypage: Run, postgres: Any, databases: dict[str, Database]
) -> None:
    """With the command that makes them."""
    async with databases["billing"].own_connection() as connection:
        await connection.execute("CREATE DATABASE without_tables")
    failed = mypage("charges", "publish", "2026-10", MYPAGE_DATABASES__BILLING=postgres.url("without_tables"))
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "mypage db migrate" in failed.stderr
    assert failed.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("contracts", "import"),
        ("contracts", "import", "nowhere.csv"),
        ("contracts", "import", CONTRACTS, "--encoding", "shift_jis"),
        ("charges", "import", STATEMENTS),
        ("charges", "publish", "2026/10"),
        ("charges", "publish", "2026-13"),
    ],
)
def test_wrong_use_is_exit_code_2(mypage: Run, arguments: tuple[object, ...]) -> None:
    """Nothing was tried."""
    wrong = mypage(*arguments)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Traceback" not in wrong.stderr


@pytest.mark.parametrize("command", [("contracts", "import"), ("charges", "import"), ("charges", "publish")])
def test_help_has_an_example(mypage: Run, command: tuple[str, ...]) -> None:
    """To be copied."""
    shown = mypage(*command, "--help", COLUMNS="120")
    assert shown.returncode == 0
    assert f"例: mypage {' '.join(command)} " in shown.stdout
