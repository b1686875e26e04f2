"""How far an import is, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chassis.csv_import.table import TableRow

Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are, which is a guess until all are done."""

_EVERY = 5_000  # rows


class RowCounter:
    """Counts rows as they pass, and says so once in a while."""

    def __init__(self, progress: Progress | None, about: int) -> None:
        """`about` is how many there will be, as far as is known."""
        self._progress = progress
        self._about = about
        self._done = 0

    def counting(self, rows: Iterator[TableRow]) -> Iterator[TableRow]:
        """The same rows."""
        for row in rows:
            self._done += 1
            if self._done % _EVERY == 0:
                self.say()
            yield row

    def say(self) -> None:
        """How far it is."""
        if self._progress:
            self._progress(self._done, max(self._done, self._about))

    def say_that_all_are_done(self) -> None:
        """What there would be was a guess."""
        self._about = self._done
        self.say()
