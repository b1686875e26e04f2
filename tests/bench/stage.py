"""What parts of the bench have in common: a system of ours with its rivals, started when first asked for."""

from __future__ import annotations

import argparse
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.customers import Filling
from bench.journeys import Portal
from bench.mail_sink import MailSink, mail_sink
from bench.ours import Ours, ours
from bench.rivals import Rival, direct, django

_NEWCOMERS = 5000


class Stage:
    """Ours, Django and the direct page on one machine, until the end of the block. `options`: what was asked
    for.
    """

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.options = folder, options
        self._running: dict[str, Any] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _once(self, name: str, start: Any) -> Any:
        if name not in self._running:
            self._running[name] = await self._stack.enter_async_context(start())
        return self._running[name]

    async def sink(self) -> MailSink:
        """Where mails of ours and of Django's arrive."""
        found: MailSink = await self._once("sink", mail_sink)
        return found

    async def ours(self) -> Ours:
        """With customers of whom many are logged in, and newcomers."""
        filling = Filling(self.options.customers, self.options.sessions, _NEWCOMERS)
        sink = await self.sink()
        start = partial(ours, self.folder / "data", filling, smtp_url=sink.url)
        found: Ours = await self._once("ours", start)
        return found

    async def django(self) -> Rival:
        """On the same PostgreSQL."""
        us, sink = await self.ours(), await self.sink()
        found: Rival = await self._once("django", partial(django, us, self.folder, smtp_port=sink.port))
        return found

    async def direct(self) -> Rival:
        """On our own databases."""
        found: Rival = await self._once("direct", partial(direct, await self.ours()))
        return found

    async def portals(self) -> dict[str, Portal]:
        """Where newcomers register, by name."""
        us, rival, sink = await self.ours(), await self.django(), await self.sink()
        return {name: Portal(name, url, sink) for name, url in (("ours", us.url), ("django", rival.url))}
