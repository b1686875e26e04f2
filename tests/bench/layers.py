"""Raw stacks of py-spy, folded into layers: a sample counts for the innermost frame whose layer is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

EVENT_LOOP = "event loop, tasks and timers"
_WAITS = re.compile(r"socketserver\.py|(^|;)(epoll_p?wait|pthread_cond_\w+) \([^;]*$")  # for something to do

_LAYERS = (
    ("sockets: the kernel's part", r"^(write|writev|send|sendto|sendmsg|read|recv|recvfrom|recvmsg) \("),
    ("garbage collector", r"^gc_collect|gcmodule\.c"),
    (
        EVENT_LOOP,
        r"^getpid \(|asyncio/runners\.py",
    ),  # Python 3.11 asks for its pid whenever it asks for the loop
    ("template", r"jinja2/|markupsafe|\.html:|gateway/rendering\.py"),
    ("log line", r"structlog/|chassis/process/log|chassis/web/access_log"),
    ("figures for /metrics", r"prometheus_client/|chassis/process/metrics"),
    ("messages to and from JSON", r"pydantic|chassis/messaging/(parsing|message)\.py"),
    ("cookies, tokens, signatures", r"chassis/security/|chassis/web/sealed_cookies|cryptography/"),
    (
        "guards and headers",
        r"chassis/web/|gateway/(behind_login|fair_share|sessions|pre_session|form_guard)\.py",
    ),
    ("page code", r"gateway/"),
    ("AMQP", r"chassis/messaging/rabbit/|aio_pika/|aiormq/|pamqp/"),
    ("calls: places, sharing, dispatch", r"chassis/messaging/"),
    ("aiohttp", r"aiohttp/|_http_(parser|writer)|llhttp|multidict|yarl"),
    ("asyncpg and its pool", r"asyncpg|chassis/database/"),
    ("building the answer", r"services/"),
)
_PATTERNS = [(name, re.compile(pattern)) for name, pattern in _LAYERS]


def folded(stacks: Iterable[str]) -> dict[str, float]:
    """The share of each layer, the greatest first. `stacks` are lines as `py-spy record --format raw` writes
    them: frames from the outermost to the innermost, `;` between, and how often.
    """
    found = Counter[str]()
    for line in stacks:
        frames, _, count = line.rpartition(" ")
        if not _WAITS.search(frames):
            found[_layer_of(frames.split(";"))] += int(count)
    return {name: count / found.total() for name, count in found.most_common()}


def _layer_of(frames: list[str]) -> str:
    for frame in reversed(frames):
        for name, pattern in _PATTERNS:
            if pattern.search(frame):
                return name
    return EVENT_LOOP
