"""What customers were told and what was done to the plant, in one order of time: the book that the checker
judges by.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOLD, DONE, NOTE = "told", "done", "note"


@dataclass(frozen=True)
class Entry:
    """One line. `at` is in seconds of the Unix clock, `since` in seconds of the run; `who` is a customer or a
    part of the plant.
    """

    at: float
    since: float
    sort: str
    who: str
    what: str
    facts: dict[str, Any]


class Ledger:
    """Append-only, written line by line, so that it is complete up to the moment when the run itself dies."""

    def __init__(self, path: Path, *, seed: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8", buffering=1)
        self._began = time.monotonic()
        self.path = path
        self.seed = seed
        self.entries: list[Entry] = []
        self.note("run", "began", seed=seed)

    def told(self, customer: str, what: str, **facts: Any) -> None:
        """A customer was told something: registered, activated, logged_in, refused, trouble, no_answer,
        started_over, gave_up ...
        """
        self._add(TOLD, customer, what, facts)

    def done(self, part: str, what: str, **facts: Any) -> None:
        """Something was done to the plant: kill, freeze, cut, arm, a death that followed ..."""
        self._add(DONE, part, what, facts)

    def note(self, who: str, what: str, **facts: Any) -> None:
        """Anything else that helps to read the timeline."""
        self._add(NOTE, who, what, facts)

    def _add(self, sort: str, who: str, what: str, facts: dict[str, Any]) -> None:
        entry = Entry(time.time(), round(time.monotonic() - self._began, 3), sort, who, what, facts)
        self.entries.append(entry)
        if not self._file.closed:  # a process may outlive the test by a moment
            line = {"at": entry.at, "since": entry.since, "sort": sort, "who": who, "what": what, **facts}
            self._file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")

    def told_of(self, what: str) -> Iterator[Entry]:
        """Every time that a customer was told that."""
        return (entry for entry in self.entries if entry.sort == TOLD and entry.what == what)

    def done_of(self, what: str, part: str = "") -> Iterator[Entry]:
        """Every time that this was done to the plant, or to the parts whose names begin so."""
        return (
            entry
            for entry in self.entries
            if entry.sort == DONE and entry.what == what and entry.who.startswith(part)
        )

    def count(self, what: str) -> int:
        """How often customers were told that."""
        return sum(1 for _ in self.told_of(what))

    def summary(self) -> dict[str, int]:
        """How often each thing was told to customers and done to the plant, for the report of a run."""
        found: dict[str, int] = {}
        for entry in self.entries:
            if entry.sort != NOTE:
                name = f"{entry.sort} {entry.what}"
                found[name] = found.get(name, 0) + 1
        return found

    def close(self) -> None:
        """Ends the file."""
        self.note("run", "ended", **self.summary())
        self._file.close()
