"""A task that was cancelled ends by that, whatever went wrong on its way out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cancellation_wins() -> Iterator[None]:
    """Ends with CancelledError when the task was cancelled since the block began, also where a library put
    another exception in its place or swallowed it. Without that a loop that forgives the database everything
    would outlive its own end.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    except Exception as trouble:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError from trouble
        raise
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
