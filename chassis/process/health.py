"""The page that Kubernetes and operators ask: is the loop alive, is all that this process needs there, what
are its figures.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from chassis.process.loops import ended_loops
from chassis.process.metrics import exposition

Check = Callable[[], Awaitable[str | None]]
"""None when well, else one sentence that names what is missing."""


class HealthPage:
    """/livez: the event loop turns, and every loop that the process lives by. /readyz: every check is well.
    /metrics: the figures. Never routed to the outside.
    """

    def __init__(self, host: str, port: int, checks: dict[str, Check]) -> None:
        self._host = host
        self._port = port
        self._checks = checks
        self._runner: web.AppRunner | None = None
        self.draining = False

    async def start(self) -> None:
        """Opens the port. Raises OSError when it is taken."""
        app = web.Application()
        app.router.add_get("/livez", self._livez)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    async def stop(self) -> None:
        """Closes the port."""
        if self._runner:
            await self._runner.cleanup()

    async def problems(self) -> dict[str, str]:
        """What keeps this process from being ready, by name of the check."""
        found = {name: await check() for name, check in self._checks.items()}
        missing = {name: text for name, text in found.items() if text is not None}
        if dead := ended_loops():
            missing["process"] = f"a loop has ended: {', '.join(dead)}"
        return missing | ({"process": "stopping"} if self.draining else {})

    async def _livez(self, request: web.Request) -> web.Response:
        dead = ended_loops()
        return web.json_response({"alive": not dead, "ended": dead}, status=503 if dead else 200)

    async def _readyz(self, request: web.Request) -> web.Response:
        missing = await self.problems()
        return web.json_response({"ready": not missing, "missing": missing}, status=503 if missing else 200)

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=exposition(), content_type="text/plain")
