"""What an import says to its operator: progress and problems on standard error, the result on standard output."""

from __future__ import annotations

import csv
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from chassis.db import Database
from chassis.table_file import BrokenFile, RowProblem
from mypage.databases import database_url

_err = Console(stderr=True)
_TITLES = ("ファイル", "行", "列", "値", "理由")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def shown_progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, with the time that is left; silent where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


async def with_database(service: str, work: Callable[[Database], Awaitable[Any]]) -> Any:
    """Does the work on the database of a service."""
    database = await Database.open(await database_url(service))
    try:
        return await work(database)
    finally:
        await database.close()


def say_result(result: Any, sentence: str, *, as_json: bool) -> None:
    """The outcome: one sentence, or JSON for a program."""
    if as_json:
        values = {name: getattr(result, name) for name in (each.name for each in fields(result))}
        typer.echo(json.dumps(values, ensure_ascii=False, default=str))
    else:
        typer.echo(sentence)


def fail_with(broken: BrokenFile, *, as_json: bool, report: Path | None) -> None:
    """Lists what is wrong and ends the command with exit code 1. Nothing was changed."""
    if report:
        write_report(report, broken.problems)
    if as_json:
        problems = [asdict(problem) for problem in broken.problems]
        typer.echo(json.dumps({"problems": problems, "count": broken.count}, ensure_ascii=False))
    else:
        table = Table(*_TITLES)
        for problem in broken.problems:
            table.add_row(*map(str, _cells(problem)))
        _err.print(table)
        if broken.count > len(broken.problems):
            _err.print(f"このほかに {broken.count - len(broken.problems):,} 件あります。")
        _err.print(f"{broken.count:,} 件の問題があるため、何も変更していません。")
    raise typer.Exit(1)


def write_report(path: Path, problems: tuple[RowProblem, ...]) -> None:
    """The list as CSV that Excel opens: UTF-8 with BOM, CRLF, no cell that begins like a formula (C8, C10)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(_TITLES)
        writer.writerows([_harmless(str(cell)) for cell in _cells(problem)] for problem in problems)


def _cells(problem: RowProblem) -> tuple[str, int, str, str, str]:
    return problem.file, problem.line, problem.column, problem.masked_value, problem.reason


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
