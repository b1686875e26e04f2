"""What an import says to its operator: progress and problems on standard error, the result on standard
output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any
from unicodedata import category

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from chassis.csv_export import csv_for_spreadsheets
from chassis.csv_import import BrokenFile, RowProblem, TableFault
from mypage.streams import json_text

_err = Console(stderr=True)
_FIELDS = ("file", "line", "column", "masked_value", "reason")
_TITLES = ("ファイル", "行", "列", "値", "理由")
TABLE_FAULTS = {
    TableFault.HAS_NUL: "NUL文字があります。UTF-16ではなくUTF-8かShift_JIS（CP932）で書き出してください",
    TableFault.NOT_UTF8: "文字コードがUTF-8ではありません",
    TableFault.NOT_CP932: "文字コードがShift_JIS（CP932）ではありません",
    TableFault.IN_NO_KNOWN_ENCODING: "文字コードがUTF-8でもShift_JIS（CP932）でもありません",
    TableFault.EMPTY_FILE: "見出しがありません",
    TableFault.NO_HEADER: "見出しの行がありません",
    TableFault.UNKNOWN_COLUMN: "知らない列です",
    TableFault.REPEATED_COLUMN: "同じ列が2つあります",
    TableFault.MISSING_COLUMN: "必要な列がありません",
    TableFault.MORE_CELLS_THAN_TITLES: "見出しより列が多くあります。カンマを含む値を引用符で囲んでください",
    TableFault.UNBALANCED_QUOTES: "引用符の対応が正しくない行が、この行から先にあります",
    TableFault.LINE_TOO_LONG: "行が長すぎます。1件ごとに改行のあるCSVとして書き出してください",
    TableFault.EMPTY_CELL: "値がありません",
    TableFault.SCIENTIFIC_NOTATION: (
        "Excelが数字を指数表記に変えています。列を文字列にして書き出し直してください"
    ),
    TableFault.TOO_NARROW: "列の幅が足りず「####」になっています。幅を広げて書き出し直してください",
    TableFault.FORMULA_ERROR: "Excelの数式のエラーです。値に直して書き出し直してください",
    TableFault.LOST_CHARACTERS: "文字化けで文字が失われています。文字コードを確かめて書き出し直してください",
    TableFault.TAKEN_FOR_A_DATE: "Excelが日付に変えています。列を文字列にして書き出し直してください",
    TableFault.IS_A_WORKBOOK: "Excelのブックです。CSVとして書き出してください",
}
"""What is said of a table whatever its columns mean; the importers say the rest themselves."""


@contextmanager
def shown_progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, with the time that is left; silent where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def say_result(result: Any, sentence: str, *, as_json: bool) -> None:
    """The outcome: one sentence, or JSON for a program."""
    if as_json:
        values = {name: getattr(result, name) for name in (each.name for each in fields(result))}
        typer.echo(json_text(values))
    else:
        typer.echo(sentence)


def fail_with(broken: BrokenFile, *, as_json: bool, report: Path | None) -> None:
    """Lists what is wrong and ends the command with exit code 1. Nothing was changed."""
    if report:
        _write_or_say_why_not(report, broken)
    if as_json:
        problems = [dict(zip(_FIELDS, _cells(problem), strict=True)) for problem in broken.problems]
        typer.echo(json_text({"problems": problems, "count": broken.count}))
    else:
        table = Table(*_TITLES)
        for problem in broken.problems:
            table.add_row(*(escape(str(cell)) for cell in _cells(problem)))
        _err.print(table)
        if rest := _rest(broken):
            _err.print(rest)
        _err.print(f"{broken.count:,} 件の問題があるため、何も変更していません。")
    raise typer.Exit(1)


def _write_or_say_why_not(path: Path, broken: BrokenFile) -> None:
    try:
        write_report(path, broken)
    except OSError as error:
        typer.echo(f"{path} に書けません（{error.strerror}）。", err=True)


def _rest(broken: BrokenFile) -> str:
    """How many problems were only counted, as a sentence; empty if all are listed."""
    unlisted = broken.count - len(broken.problems)
    return f"このほかに {unlisted:,} 件あります。" if unlisted else ""


def write_report(path: Path, broken: BrokenFile) -> None:
    """The list of problems, and how many more there are (C8)."""
    rest = [("", "", "", "", sentence)] if (sentence := _rest(broken)) else []
    write_rows(path, _TITLES, [*map(_cells, broken.problems), *rest])


def write_rows(path: Path, titles: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    """CSV for Excel: UTF-8 with BOM, CRLF, no cell that begins like a formula (C8, C10)."""
    path.write_bytes(csv_for_spreadsheets(titles, rows))


def _cells(problem: RowProblem) -> tuple[str, int, str, str, str]:
    file, column, value = map(_visible, (problem.file, problem.column, problem.masked_value))
    return file, problem.line, column, value, _sentence(problem)


def _visible(text: str) -> str:
    """What comes from a foreign file gives no orders to a terminal, and turns no line round. A space of any
    width is only a space.
    """
    return "".join(char if char.isprintable() or category(char) == "Zs" else "�" for char in text)


def _sentence(problem: RowProblem) -> str:
    return TABLE_FAULTS[problem.reason] if isinstance(problem.reason, TableFault) else problem.reason
