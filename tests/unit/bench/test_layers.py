"""The table of layers in docs/bench.md is made of stacks; these are written as py-spy writes them."""

from __future__ import annotations

import pytest
from bench.layers import EVENT_LOOP, folded

_MAIN = "<module> (gateway/__main__.py:8);run_with_settings (chassis/process/runner.py:225)"
_LOOP = f"{_MAIN};Runner.run (asyncio/runners.py:118)"
_PAGE = f"{_LOOP};RequestHandler.start (aiohttp/web_protocol.py:686);charges (gateway/charges/list.py:22)"


def test_a_sample_counts_for_the_innermost_frame_that_is_known() -> None:
    """What a page's template does is the template's, and what asyncio does for a call is the call's."""
    shares = folded(
        [
            f"{_PAGE};Renderer.render (gateway/rendering.py:76);escape (markupsafe/__init__.py:45) 3",
            f"{_PAGE};call (chassis/messaging/rpc_client.py:156);later (asyncio/timeouts.py:71) 1",
        ]
    )
    assert shares == {"template": 0.75, "calls: places, sharing, dispatch": 0.25}


@pytest.mark.parametrize(
    ("innermost", "layer"),
    [
        ("write (libc.so.6)", "sockets: the kernel's part"),
        ("gc_collect_main (libpython3.11.so.1.0)", "garbage collector"),
        ("getpid (libc.so.6)", EVENT_LOOP),
        ("uv__run_timers (timer.c:185)", "page code"),
    ],
)
def test_frames_of_c_are_known_by_their_names(innermost: str, layer: str) -> None:
    """The kernel's doors and the collector have layers of their own; other C is its caller's."""
    assert folded([f"{_PAGE};{innermost} 1"]) == {layer: 1.0}


def test_the_loop_itself_is_no_page() -> None:
    """Every stack begins in a module of the process; that does not make it the page's."""
    assert folded([f"{_LOOP} 1"]) == {EVENT_LOOP: 1.0}


def test_waiting_is_left_out() -> None:
    """An idle loop and an idle thread use no CPU, whatever py-spy takes them for."""
    health = "Thread.run (threading.py:982);serve_forever (socketserver.py:233);select (selectors.py:415)"
    waiting = [f"{_LOOP};epoll_pwait (libc.so.6) 90", f"{health};poll (libc.so.6) 90"]
    assert folded([*waiting, f"{_PAGE} 1"]) == {"page code": 1.0}
