"""JSON lines on standard output, whoever writes them: names and ids, never bodies. Of a library's line
only its logger, its level and where a fault came from are kept: its text may hold a token, a cookie or a
row.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from types import TracebackType
from typing import Any, TextIO

import structlog

from chassis.process.log_sink import LogSink

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
_STAMPED = structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts")
_FRAMES = 5  # the innermost ones of a fault


def set_up_logs(level: str, *, stream: TextIO | None = None) -> None:
    """Sends all that this process has to say to `stream` (default: standard output) as JSON lines: our own
    lines, libraries', warnings, and what nobody caught. No line raises where it is written.
    """
    sink = LogSink(stream or sys.stdout)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _STAMPED,
            _without_secrets,
            structlog.processors.EventRenamer("event"),
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: sink,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_LibraryLines(sink)], force=True)
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
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
        self._sink.write(json.dumps(_STAMPED(self, "", fields)))


def _as_json(logger: object, method: str, event: structlog.typing.EventDict) -> str:
    """The line; a value that cannot be shown is named by its type."""
    try:
        return json.dumps(event, ensure_ascii=False, default=_by_type)
    except (TypeError, ValueError, RecursionError):
        plain = {
            str(key): value if isinstance(value, str | int) else _by_type(value)
            for key, value in event.items()
        }
        return json.dumps(plain, ensure_ascii=False)


def _by_type(value: object) -> str:
    return f"<{type(value).__name__}>"


def _without_secrets(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """A second fence: no call site should pass these, and none that does gets through."""
    for key in _FORBIDDEN_KEYS & event.keys():
        event[key] = "***"
    return event


def _on_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _say_fault("process.fault", error)


def _say_fault(event: str, error: BaseException | None) -> None:
    log = structlog.get_logger(__name__)
    if error is None:
        log.error(event)
    else:
        log.error(event, **fault_fields(error), frames=_frames(error.__traceback__))


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
    return fields
