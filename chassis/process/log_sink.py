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
        self._is_torn = False  # the last line was written in part

    def write(self, line: str) -> None:
        """One line, without its end."""
        if self._lost:
            self._write(json.dumps({"level": "error", "event": "log.lines_lost", "count": self._lost}))
        if not self._write(line):
            self._lost += 1
            LOG_LINES_LOST.inc()

    def _write(self, line: str) -> bool:
        data = line.encode("utf-8", "backslashreplace")[:LONGEST_LINE] + b"\n"
        if self._is_torn:
            data = b"\n" + data
        try:
            written = self._put(data)
        except (OSError, ValueError, AttributeError):  # it was closed, or nobody gave this process any
            return False
        self._is_torn = 0 < written < len(data) or (self._is_torn and written == 0)
        is_whole = written == len(data)
        if is_whole and b"log.lines_lost" in data:
            self._lost = 0
        return is_whole

    def _put(self, data: bytes) -> int:
        """How many bytes were taken."""
        try:
            descriptor = self._stream.fileno()
        except (OSError, ValueError, AttributeError):
            self._stream.write(data.decode("utf-8", "replace"))
            self._stream.flush()
            return len(data)
        readiness = select.poll()  # select() knows no descriptor above 1,023
        readiness.register(descriptor, select.POLLOUT)
        if not any(state & select.POLLOUT for _, state in readiness.poll(0)):
            return 0
        return os.write(descriptor, data)
