"""Tables for spreadsheets: UTF-8 with BOM and CRLF, as Excel opens them, and no cell that it takes for a
formula (C8, C10).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# Also in full width: a Japanese Excel takes them for the same.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CONTROLS = ("\t", "\r", "\n")


def csv_for_spreadsheets(titles: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """The file. A number is written as it is, with its sign; a text that begins like a formula, after spaces
    or not, gets an apostrophe before it.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([_harmless(title) for title in titles])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    # what is no character at all has no bytes in UTF-8
    return file.getvalue().encode("utf-8-sig", errors="replace")


def _harmless(cell: str | int) -> str | int:
    if isinstance(cell, int):
        return cell
    looks_like_a_formula = cell.startswith(_CONTROLS) or cell.lstrip().startswith(_FORMULA_STARTS)
    return f"'{cell}" if looks_like_a_formula else cell
