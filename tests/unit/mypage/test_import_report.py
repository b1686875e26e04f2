"""What an import says to its operator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from chassis.csv_import import BrokenFile, RowProblem, TableFault
from mypage.commands.import_report import TABLE_FAULTS, fail_with, write_report

BROKEN = BrokenFile(
    (
        RowProblem(1, "色", "", TableFault.UNKNOWN_COLUMN, "table.csv"),
        RowProblem(2, "個数", "三＊＊＊", "数字ではありません", "table.csv"),
    ),
    2,
)


def test_every_fault_of_a_table_has_a_japanese_sentence() -> None:
    """A code means nothing to an operator."""
    assert set(TABLE_FAULTS) == set(TableFault)
    assert all(
        "ありま" in sentence or "です" in sentence or "ください" in sentence
        for sentence in TABLE_FAULTS.values()
    )


def test_a_report_holds_sentences_whoever_found_the_problem(tmp_path: Path) -> None:
    """The table's reader speaks in codes, an importer in sentences."""
    write_report(tmp_path / "report.csv", BROKEN)
    assert (tmp_path / "report.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "ファイル,行,列,値,理由",
        "table.csv,1,色,,知らない列です",
        "table.csv,2,個数,三＊＊＊,数字ではありません",
    ]


def test_a_program_gets_the_same_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON."""
    with pytest.raises(typer.Exit):
        fail_with(BROKEN, as_json=True, report=None)
    told = json.loads(capsys.readouterr().out)
    assert [each["reason"] for each in told["problems"]] == ["知らない列です", "数字ではありません"]


FOREIGN = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x9b31m",
    "a\rb",
    "a\nb",
    "\x08\x08",
    "\u202egnp",
    "\u2066x",
    "\x00",
    "\x7f",
    "\ue000",
]


@pytest.mark.parametrize("foreign", FOREIGN, ids=range(len(FOREIGN)))
def test_what_stands_in_a_file_gives_no_orders_to_a_terminal(
    foreign: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor to whoever opens the report: title, value and the name of the file are made visible."""
    broken = BrokenFile((RowProblem(1, foreign, foreign, TableFault.UNKNOWN_COLUMN, foreign),), 1)
    write_report(tmp_path / "report.csv", broken)
    for as_json in (True, False):
        with pytest.raises(typer.Exit):
            fail_with(broken, as_json=as_json, report=None)
    told = capsys.readouterr()
    shown = told.out + told.err + (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert all(char.isprintable() for line in shown.splitlines() for char in line)
    assert foreign not in shown


def test_wide_spaces_of_a_japanese_title_stay(tmp_path: Path) -> None:
    """They are spaces, and orders to nobody."""
    broken = BrokenFile((RowProblem(1, "契約者　氏名", "", TableFault.UNKNOWN_COLUMN),), 1)
    write_report(tmp_path / "report.csv", broken)
    assert "契約者　氏名" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
