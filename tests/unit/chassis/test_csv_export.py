"""Tables that spreadsheets open."""

from __future__ import annotations

import csv
import io

import pytest

from chassis.csv_export import csv_for_spreadsheets


def read(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), strict=True))


def test_excel_sees_utf8_by_its_mark_and_lines_by_crlf() -> None:
    """Without the mark a Japanese Excel reads CP932."""
    assert csv_for_spreadsheets(["名"], [["髙﨑①㈱ｱｲ"], [-5]]) == "\ufeff名\r\n髙﨑①㈱ｱｲ\r\n-5\r\n".encode()


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+81",
        "-500",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u3000=1",
        "\u00a0+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://x")',
        "-",
    ],
)
def test_a_text_is_no_formula(cell: str) -> None:
    """C10: also where a space, a tab or a line end comes first, and in full width."""
    assert read(csv_for_spreadsheets(["a"], [[cell]]))[1] == [f"'{cell}"]


@pytest.mark.parametrize(
    "cell", ["1-2", "a=b", "光@ホーム", "'", "", "—", "ー", "~", 'say "x"', "a,b", "a\r\nb"]
)
def test_any_other_text_is_as_it_was(cell: str) -> None:
    """Quotes, commas and line ends survive."""
    assert read(csv_for_spreadsheets(["a", "b"], [[cell, "z"]]))[1] == [cell, "z"]


@pytest.mark.parametrize("number", [0, -1, -9_999_999_999, 12_345])
def test_a_number_stays_one(number: int) -> None:
    """C10: real negative numbers may be added up."""
    assert read(csv_for_spreadsheets(["a"], [[number]]))[1] == [str(number)]


def test_what_is_no_character_breaks_nothing() -> None:
    """Half of a pair of surrogates has no bytes."""
    assert read(csv_for_spreadsheets(["a"], [["a\ud800b"]]))[1] == ["a?b"]
