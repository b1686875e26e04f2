"""The page that Kubernetes and operators ask: is the loop alive, is all that this process needs there, what
are its figures.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import CancelledError
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from chassis.process.logger import Logger
from chassis.process.logs import fault_fields
from chassis.process.loops import ended_loops
from chassis.process.metrics import exposition

_log = Logger()

Check = Callable[[], Awaitable[str | None]]
"""None when well, else one sentence that names what is missing."""

_ANSWERED_WITHIN = 5.0  # seconds, by the event loop
_Answer = tuple[int, str, bytes]  # status, content type, body


class HealthPage:
    """/livez: the event loop turns, and every loop that the process lives by. /readyz: every check is well.
    /metrics: the figures. Never routed to the outside.

    Python's own small server in a thread of its own, which can tell of an event loop that stands still, and
    spares the services a web framework.
    """

    def __init__(self, host: str, port: int, checks: dict[str, Check]) -> None:
        self._host = host
        self._port = port
        self._checks = checks
        self._server: ThreadingHTTPServer | None = None
        self.draining = False

    async def start(self) -> None:
        """Opens the port. Raises OSError when it is taken."""
        self._server = _server(self._host, self._port, _asking(self, asyncio.get_running_loop()))
        Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    async def stop(self) -> None:
        """Closes the port."""
        if self._server:
            await asyncio.to_thread(self._server.shutdown)
            self._server.server_close()

    async def problems(self) -> dict[str, str]:
        """What keeps this process from being ready, by name of the check."""
        found = {name: await check() for name, check in self._checks.items()}
        missing = {name: text for name, text in found.items() if text is not None}
        if dead := ended_loops():
            missing["process"] = f"a loop has ended: {', '.join(dead)}"
        return missing | ({"process": "stopping"} if self.draining else {})

    async def answer(self, path: str) -> _Answer:
        """What stands at that path."""
        if path == "/livez":
            dead = ended_loops()
            return _as_json(503 if dead else 200, {"alive": not dead, "ended": dead})
        if path == "/readyz":
            missing = await self.problems()
            return _as_json(503 if missing else 200, {"ready": not missing, "missing": missing})
        if path == "/metrics":
            return 200, "text/plain; charset=utf-8", exposition()
        return _as_json(404, {})


def _as_json(status: int, content: Mapping[str, object]) -> _Answer:
    return status, "application/json; charset=utf-8", json.dumps(content).encode()


def _server(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever asked may have hung up; anything else is a line of our log."""
            fault = sys.exception()
            if fault and not isinstance(fault, OSError):
                _log.error("health.failed", **fault_fields(fault))

    return Server((host, port), handler)


def _asking(page: HealthPage, loop: asyncio.AbstractEventLoop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10.0  # seconds, for a caller that says nothing

        def do_GET(self) -> None:
            status, content_type, body = _answered(page.answer(self.path.partition("?")[0]), loop)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def version_string(self) -> str:
            """Nobody's business."""
            return "health"

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
            """It is asked every few seconds."""

    return Handler


def _answered(answer: Coroutine[None, None, _Answer], loop: asyncio.AbstractEventLoop) -> _Answer:
    """By the event loop; 503 if it stands still, or has ended."""
    try:
        asked = asyncio.run_coroutine_threadsafe(answer, loop)
    except RuntimeError:
        answer.close()
        return _as_json(503, {"alive": False})
    try:
        return asked.result(_ANSWERED_WITHIN)
    except (TimeoutError, CancelledError):
        asked.cancel()
        return _as_json(503, {"alive": False})
