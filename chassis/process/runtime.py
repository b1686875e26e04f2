"""What the interpreter and the C library are told before the work begins."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress

_M_ARENA_MAX = -8  # mallopt(3)
_YOUNG = 20_000  # objects, instead of 700: a request leaves no cycles behind


def settle_memory() -> None:
    """Once everything is imported: the garbage collector looks at none of that again, and seldom at the rest.
    All threads allocate from one arena of glibc's, which gives Argon2's 19 MiB a hash back to the system
    without having them mapped anew each time; another C library does as it does.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Makes an event loop of uvloop's, where that is installed; None means asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
