"""What a spreadsheet does to a cell on its way: what is sure is undone, what is lost is named."""

from __future__ import annotations

import re

from chassis.csv_import.report import TableFault

_TEXT_GUARD = re.compile(r'=\("(.*)"\)|="(.*)"', re.DOTALL)
_TEXT_MARK = re.compile("'(?=[0-9+=-])")
_NOTHING = re.compile("[-‐‑–—―−─ー－*＊]+|null|none|nil|n/a|なし|無し|無", re.IGNORECASE)
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = re.compile(
    rf"(?:{_MONTHS})[a-z]*[- ][0-9]{{2,4}}|[0-9]{{1,2}}-(?:{_MONTHS})(?:-[0-9]{{2,4}})?"
    r"|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}[/-][0-9]{1,2}[/-][0-9]{1,2}(?: [0-9:]+)?",
    re.IGNORECASE,
)
_LOST: tuple[tuple[re.Pattern[str], TableFault], ...] = (
    (re.compile(r"[+-]?[0-9]+([.][0-9]+)?E[+-][0-9]+", re.IGNORECASE), TableFault.SCIENTIFIC_NOTATION),
    (re.compile("[#＃]+"), TableFault.TOO_NARROW),
    (re.compile(r"#(N/A|REF!|VALUE!|NAME[?]|DIV/0!|NULL!|NUM!|SPILL!|CALC!)"), TableFault.FORMULA_ERROR),
    (re.compile("[?？]{2,}|.*\ufffd.*", re.DOTALL), TableFault.LOST_CHARACTERS),
)


def unguarded(cell: str) -> str:
    """The text in `="…"` and `=("…")` and behind an apostrophe, with which other systems keep a spreadsheet
    from eating leading zeros.
    """
    guard = _TEXT_GUARD.fullmatch(cell)
    if guard is None:
        return _TEXT_MARK.sub("", cell, count=1) if cell.startswith("'") else cell
    text = guard[1] if guard[1] is not None else guard[2]
    return text.replace('""', '"')


def says_nothing(cell: str) -> bool:
    """Whether people and systems write that for an empty cell."""
    return not cell.strip() or _NOTHING.fullmatch(cell.strip()) is not None


def damage(cell: str) -> TableFault | None:
    """What can never be read, whatever the column: digits or characters are gone."""
    text = cell.strip()
    return next((fault for pattern, fault in _LOST if pattern.fullmatch(text)), None)


def looks_like_a_date(cell: str) -> bool:
    """Whether a spreadsheet may have taken the cell for a date: said where its column cannot read it."""
    return _DATE.fullmatch(cell.strip()) is not None
