"""JSON lines on standard output, whoever writes them: names and ids, never bodies. Of a library's line
only its logger, its level and where a fault came from are kept: its text may hold a token, a cookie or a
row.
"""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO

from chassis.process.clock import SystemClock
from chassis.process.log_sink import LONGEST_LINE, LogSink
from chassis.process.logger import Entry, Logger, Outlet, lead_to

_FORBIDDEN_KEYS = frozenset(
    {
        "password",
        "token",
        "kana",
        "holder_kana",
        "phone_number",
        "email_address",
        "body",
        "cookie",
        "nickname",
    }
)
_CHATTY = ("aio_pika", "aiormq", "aiohttp.access", "aiohttp.server", "asyncio", "mail.log")
_log = Logger()
_FRAMES = 5  # the innermost ones of a fault
_LONGEST_TEXT = 300  # characters, in a line that would be too long


def set_up_logs(level: str, *, stream: TextIO | None = None) -> None:
    """Sends all that this process has to say to `stream` (default: standard output) as JSON lines: our own
    lines, libraries', warnings, and what nobody caught. No line raises where it is written.
    """
    sink = LogSink(stream or sys.stdout)
    least = logging.getLevelNamesMapping()[level]
    lead_to(Outlet(lambda entry: sink.write(_as_line(entry)), least))
    logging.basicConfig(level=logging.WARNING, handlers=[_LibraryLines(sink)], force=True)
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.INFO, least))
    sys.excepthook = _on_uncaught
    threading.excepthook = lambda args: _say_fault("thread.ended", args.exc_value)
    sys.unraisablehook = lambda args: _say_fault("fault.ignored", args.exc_value)


def watch_event_loop(loop: asyncio.AbstractEventLoop) -> None:
    """What the event loop has to say of tasks that nobody awaited goes to the log as well."""
    loop.set_exception_handler(lambda _, context: _say_fault("loop.fault", context.get("exception")))


class _LibraryLines(logging.Handler):
    """A line of a library, in our own words: constant text, logger, level, and the fault without its text."""

    def __init__(self, sink: LogSink) -> None:
        super().__init__()
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {
            "level": record.levelname.lower(),
            "event": "library",
            "logger": record.name,
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            fields |= fault_fields(error)
            fields["frames"] = _frames(error.__traceback__)
        self._sink.write(_as_line(fields))


def _as_line(entry: Entry) -> str:
    """One JSON object that fits into a line and says when, whatever the values are."""
    entry = entry | {"ts": SystemClock().now().isoformat().replace("+00:00", "Z")}
    try:
        line = _as_json(_fenced(entry))
    except Exception:  # a value that holds itself, or cannot be looked at
        line = _as_json({key: _plain(value) for key, value in entry.items() if key not in _FORBIDDEN_KEYS})
    if len(line.encode("utf-8", "backslashreplace")) <= LONGEST_LINE:
        return line
    head = {key: _plain(entry[key]) for key in ("level", "ts", "event", "request_id") if key in entry}
    return _as_json(head | {"cut": True})


def _as_json(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, default=_by_type, allow_nan=False)


def _plain(value: object) -> object:
    """A short text or a number as it is, else the name of its type."""
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    return value if isinstance(value, int) and value.bit_length() < 64 else _by_type(value)


def _by_type(value: object) -> str:
    return f"<{type(value).__name__}>"


def _fenced(value: Any) -> Any:
    """A second fence: no call site should pass secrets, and none that does gets through, however deep."""
    if isinstance(value, dict):
        return {key: "***" if key in _FORBIDDEN_KEYS else _fenced(kept) for key, kept in value.items()}
    return [_fenced(each) for each in value] if isinstance(value, list | tuple) else value


def _on_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _say_fault("process.fault", error)


def _say_fault(event: str, error: BaseException | None) -> None:
    if error is None:
        _log.error(event)
    else:
        _log.error(event, **fault_fields(error), frames=_frames(error.__traceback__))


def _frames(traceback: TracebackType | None) -> list[str]:
    found = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return found[-_FRAMES:]


def fault_fields(error: BaseException) -> dict[str, str]:
    """What may be said of an exception: its class and place, never its text, which may hold a value
    (asyncpg's `detail` does).
    """
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{place.tb_lineno}" if place else "?"
    fields = {"error": type(error).__name__, "at": where}
    for extra in ("sqlstate", "constraint_name"):
        value = getattr(error, extra, None)
        if isinstance(value, str):
            fields[extra] = value
    if isinstance(error, OSError) and error.errno and error.errno in errno.errorcode:
        fields["errno"] = errno.errorcode[error.errno]
    return fields
