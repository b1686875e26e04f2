"""The two tables of docs/messages.md, made from the messages: run with the page's path, it renews them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import messages.account_notices
import messages.account_settings
import messages.billing
import messages.contract_shown
import messages.data_export
import messages.enrolment
import messages.identity
import messages.login_history
import messages.notification
import messages.own_sessions
import messages.passkeys
import messages.recovery
import messages.registration
import messages.second_factor  # noqa: F401 - importing a context registers its messages
from chassis.messaging.message import Command, Event, Lane, Message, Request, registered_messages
from messages.subscriptions import SUBSCRIPTIONS
from mypage.schemas.snapshots import sealed_fields

_LANES = {Lane.FAST: "fast", Lane.SLOW: "slow"}
_REQUESTS_HEAD = "| type | kind | lane | sealed | answered by |\n|---|---|---|---|---|\n"
_EVENTS_HEAD = "| type | sealed | heard by |\n|---|---|---|\n"


def with_tables(page: str) -> str:
    """The page with both tables as the messages are today."""
    ours = [each for each in registered_messages().values() if each.__module__.startswith("messages.")]
    requests = [_request_row(each) for each in ours if issubclass(each, Request)]
    events = [_event_row(each) for each in ours if issubclass(each, Event)]
    page = _with_table(page, _REQUESTS_HEAD, requests)
    return _with_table(page, _EVENTS_HEAD, events)


def _with_table(page: str, head: str, rows: list[str]) -> str:
    before, _, rest = page.partition(head)
    _, _, after = rest.partition("\n\n")
    return f"{before}{head}{''.join(sorted(rows)).rstrip()}\n\n{after}"


def _request_row(kind: type[Request[Any]]) -> str:
    asks = "command" if issubclass(kind, Command) else "query"
    answer = kind.answer_type().type_name
    return f"| `{kind.type_name}` | {asks} | {_LANES[kind.lane]} | {_sealed_fields(kind)} | `{answer}` |\n"


def _event_row(kind: type[Event]) -> str:
    listeners = [service for service, heard in SUBSCRIPTIONS.items() if kind in heard]
    heard_by = "every gateway (broadcast)" if kind.broadcast else ", ".join(listeners)
    return f"| `{kind.type_name}` | {_sealed_fields(kind)} | {heard_by} |\n"


def _sealed_fields(kind: type[Message]) -> str:
    return ", ".join(f"`{name}`" for name in sealed_fields(kind))


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
