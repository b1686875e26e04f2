"""The tables of this folder: what people typed and systems exported, and the right answer. A row is added for
each input that turns up; invisible characters stand as in JSON (`\\u200b`).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path


def rows(name: str) -> Sequence[tuple[str, str, str]]:
    """The three columns behind the kind of each row, with escapes undone."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        [_, *table] = csv.reader(file)
    return [(_plain(first), _plain(second), _plain(third)) for _, first, second, third in table]


def _plain(cell: str) -> str:
    text: str = json.loads(f'"{cell}"')
    return text
