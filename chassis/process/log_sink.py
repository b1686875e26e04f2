"""Where log lines go: a file, a pipe, a terminal. It never raises and never waits, whatever becomes of it."""

from __future__ import annotations

import json
import os
import select
from typing import TextIO

from chassis.process.metrics import LOG_LINES_LOST

LONGEST_LINE = 4_000  # bytes: what a pipe takes at once, if it takes anything


class LogSink:
    """Writes whole lines. A line that cannot be written, as the disk is full or nobody reads the pipe, is
    lost and counted; the first line that can be written again says how many there were.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lost = 0

    def write(self, line: str) -> None:
        """One line, without its end."""
        if self._lost:
            self._write(json.dumps({"level": "error", "event": "log.lines_lost", "count": self._lost}))
        if not self._write(line):
            self._lost += 1
            LOG_LINES_LOST.inc()

    msg = debug = info = warning = error = critical = exception = write
    """What structlog calls a logger's methods: the level stands in the line."""

    def _write(self, line: str) -> bool:
        data = line.encode("utf-8", "backslashreplace")[:LONGEST_LINE] + b"\n"
        try:
            written = self._put(data)
        except (OSError, ValueError):  # ValueError: it was closed
            return False
        if written:
            self._lost = 0 if b"log.lines_lost" in data else self._lost
        return written

    def _put(self, data: bytes) -> bool:
        try:
            descriptor = self._stream.fileno()
        except (OSError, ValueError, AttributeError):
            self._stream.write(data.decode("utf-8", "replace"))
            self._stream.flush()
            return True
        if not select.select([], [descriptor], [], 0)[1]:
            return False
        return os.write(descriptor, data) == len(data)
