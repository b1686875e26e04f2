"""Standard output and standard error that take whatever a command says, and never undo what it has done: in
any encoding, closed, without a reader, on a full disk.
"""

from __future__ import annotations

import io
import json
import os
import select
import sys
from typing import Any, TextIO


class _Sink(io.RawIOBase):
    """A descriptor. After the first trouble all that is written there is dropped, without a word."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.trouble: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def write(self, data: Any) -> int:
        """How many bytes were taken."""
        while self.trouble is None:
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:  # a terminal that somebody else made so
                room = select.poll()
                room.register(self._descriptor, select.POLLOUT)
                room.poll()
            except OSError as trouble:
                self.trouble = trouble
        return memoryview(data).nbytes


_output = _Sink(1)


def prepare() -> None:
    """Once, before a command runs. What the encoding does not have is written as `\\u3042`."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass  # who started us closed it: no file or connection of ours may stand there instead
    os.close(descriptor)
    sys.stdout = _stream(_output, sys.stdout)
    sys.stderr = _stream(_Sink(2), sys.stderr)


def _stream(sink: _Sink, given: TextIO | None) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(sink),
        encoding=given.encoding if given else "utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )


def unwritten() -> OSError | None:
    """Why standard output did not take all. A reader that had enough, as `head`, is no reason."""
    sys.stdout.flush()
    return None if isinstance(_output.trouble, BrokenPipeError) else _output.trouble


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON, in letters that standard output has: what stands there is JSON in every encoding."""
    is_unicode = sys.stdout.encoding.lower().replace("-", "").startswith("utf")
    return json.dumps(value, ensure_ascii=not is_unicode, indent=indent, default=str)
