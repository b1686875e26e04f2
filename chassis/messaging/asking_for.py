"""For whom a process calls services: those who wait for a place take turns by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_client: ContextVar[Callable[[], str] | None] = ContextVar("asking_for", default=None)


@contextmanager
def asking_for(client: Callable[[], str]) -> Iterator[None]:
    """Calls within the block are made for that client. It is named only if somebody has to wait."""
    token = _client.set(client)
    try:
        yield
    finally:
        _client.reset(token)


def asked_for() -> str:
    """The client for whom this task calls; empty where nobody said."""
    client = _client.get()
    return client() if client else ""
