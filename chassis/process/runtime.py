"""What the interpreter is told before the work begins."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

from chassis.process.heap import give_back_what_is_free

_YOUNG = 100_000  # objects, instead of 700: a request leaves no cycles behind


def settle_memory() -> None:
    """Once everything is imported: the garbage collector looks at none of that again, and seldom at the
    rest. What importing needed for itself goes back to the system.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)
    give_back_what_is_free()


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Makes an event loop of uvloop's, where that is installed; None means asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
