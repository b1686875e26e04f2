"""JSON lines on standard output: names and ids, never bodies. The bus libraries stay at INFO, as their DEBUG
prints frames.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog

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


def set_up_logs(level: str, *, stream: TextIO | None = None) -> None:
    """Sends all logging of this process to `stream` (default: standard output) as JSON lines."""
    out = stream or sys.stdout
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            _without_secrets,
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        logging.Formatter(
            '{"ts": "%(asctime)s", "level": "%(levelname)s", "event": "library", "logger": "%(name)s"}'
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))


def _without_secrets(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """A second fence: no call site should pass these, and none that does gets through."""
    for key in _FORBIDDEN_KEYS & event.keys():
        event[key] = "***"
    return event


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
