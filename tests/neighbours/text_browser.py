"""w3m in a terminal of its own, driven by keys and read off the screen, as its users do."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from neighbours.programs import program

_SHOWN_WITHIN = 20.0  # seconds
_SETTINGS = (
    "confirm_qq=0",
    "accept_cookie=1",
    "use_history=0",
    "ssl_verify_server=1",
    "display_charset=UTF-8",
    "wrap_search=0",
)


class W3m:
    """One browser. Whatever it does not show in time raises AssertionError with the screen."""

    def __init__(self, tmux: list[str]) -> None:
        self._tmux = tmux

    async def open(self, url: str) -> None:
        """Types an address."""
        await self._keys("U")
        await self._shows_at_the_bottom("Goto URL:")
        await self._keys("C-u")
        await self._type(url)

    async def fill(self, label: str, text: str) -> None:
        """Finds the line that begins with the label, goes on to the field below it, and types."""
        await self._find("^" + re.escape(label))
        await self._keys("Tab", "Enter")
        await self._shows_at_the_bottom("TEXT:|Password:")
        await self._type(text)

    async def press(self, button: str) -> None:
        """The button of that name: w3m shows it at the beginning of a line."""
        await self._find("^" + re.escape(button))
        await self._keys("Enter")

    async def follow(self, link: str) -> None:
        """The link of that name."""
        await self._find(re.escape(link))
        await self._keys("Enter")

    async def shows(self, text: str) -> str:
        """The whole screen, once the text stands on it."""
        return await self._until(re.escape(text))

    async def _find(self, pattern: str) -> None:
        await self._keys("g", "/")
        await self._shows_at_the_bottom("Forward:")
        await self._type(pattern)

    async def _type(self, text: str) -> None:
        await self._run("send-keys", "-l", text)
        await self._keys("Enter")

    async def _keys(self, *names: str) -> None:
        await self._run("send-keys", *names)

    async def _shows_at_the_bottom(self, prompt: str) -> None:
        await self._until(rf"(?m)^({prompt}).*\s*\Z")

    async def _until(self, pattern: str) -> str:
        screen = ""
        for _ in range(int(_SHOWN_WITHIN * 10)):
            screen = await self._run("capture-pane", "-p")
            if re.search(pattern, screen):
                return screen
            await asyncio.sleep(0.1)
        raise AssertionError(f"w3m does not show {pattern}, but:\n{screen}")

    async def _run(self, *command: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *self._tmux, *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        out, _ = await process.communicate()
        assert process.returncode == 0, out.decode()
        return out.decode("utf-8", "replace")


@asynccontextmanager
async def w3m(url: str, *, authority: Path, folder: Path) -> AsyncIterator[W3m]:
    """It has opened `url`; it trusts that authority alone, and takes cookies."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    tmux = [program("tmux"), "-S", str(folder / "tmux.socket"), "-f", "/dev/null", "-u"]
    options = [part for each in (*_SETTINGS, f"ssl_ca_file={authority}") for part in ("-o", each)]
    started = await asyncio.create_subprocess_exec(
        *tmux,
        "new-session",
        "-d",
        "-x",
        "120",
        "-y",
        "150",
        program("w3m"),
        "-cookie",
        *options,
        url,
        env={"HOME": str(home), "LANG": "C.UTF-8", "PATH": os.environ["PATH"], "TERM": "screen"},
    )
    assert await started.wait() == 0
    try:
        yield W3m(tmux)
    finally:
        ended = await asyncio.create_subprocess_exec(*tmux, "kill-server")
        await ended.wait()
