"""The press, as the pages see it: one document at a time, in a process of its own (ADR 0053)."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_KEPT_FOR = 30.0  # seconds after the last document
_LENGTH = 4  # bytes: see gateway.downloads.press
_CODE = Path(__file__).parents[2]
_ENVIRONMENT = {
    "PYTHONPATH": str(_CODE),
    "PYTHONDONTWRITEBYTECODE": "1",
    "RAYON_NUM_THREADS": "1",  # the other cores are the pages'
    "MALLOC_ARENA_MAX": "1",
}
"""All that the press is told: it needs none of the gateway's settings, and must not have its secrets."""


class NotTypeset(Exception):
    """The press refused a document. The text holds nothing of it."""


class PressTrouble(Exception):
    """The press died of a document, or while it made it."""


class Typesetting:
    """Starts the press for the first document, and ends it when none was asked for a while: what it needs of
    memory, no gateway has for which nobody asks.
    """

    def __init__(self, *, kept_for: float = _KEPT_FOR) -> None:
        self._kept_for = kept_for
        self._turn = asyncio.Lock()
        self._press: Process | None = None
        self._ending: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a press."""
        return self._press is not None and self._press.returncode is None

    async def typeset(self, content: Mapping[str, Any]) -> bytes:
        """The PDF of a document's content. Raises NotTypeset and PressTrouble. Whoever stops
        waiting ends the press, as its next answer would be his.
        """
        async with self._turn:
            if self._ending:
                self._ending.cancel()
            press = self._press if self._press and self.is_running else await self._start()
            try:
                return await _ask(press, json.dumps(content).encode())
            except (ConnectionError, asyncio.IncompleteReadError):
                self._end()
                raise PressTrouble from None
            except asyncio.CancelledError:
                self._end()
                raise
            finally:
                self._ending = asyncio.get_running_loop().call_later(self._kept_for, self._end)

    async def _start(self) -> Process:
        self._press = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "gateway.downloads.press"),
            env=_ENVIRONMENT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,  # a library that panics may quote what it was given
            start_new_session=True,  # Ctrl-C is for the gateway, which lets its last pages end
        )
        return self._press

    def _end(self) -> None:
        if self._press and self.is_running:
            with suppress(ProcessLookupError):
                self._press.kill()
        self._press = None

    async def close(self) -> None:
        """Ends the press."""
        if self._ending:
            self._ending.cancel()
        press = self._press
        self._end()
        if press:
            await press.wait()


async def _ask(press: Process, content: bytes) -> bytes:
    asked, answers = press.stdin, press.stdout
    if asked is None or answers is None:
        raise PressTrouble
    asked.write(len(content).to_bytes(_LENGTH) + content)
    await asked.drain()
    length = int.from_bytes(await answers.readexactly(_LENGTH))
    if not length:
        raise NotTypeset
    return await answers.readexactly(length)
