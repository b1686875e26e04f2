"""Firefox by WebDriver BiDi, which it speaks itself: no driver between. docs/adr/0038 says why."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from neighbours.programs import program, running

from mypage.local.ports import free_ports

_SHOWN_WITHIN = 30.0  # seconds
_PREFERENCES = """user_pref("network.dns.localDomains", "{host}");
user_pref("intl.accept_languages", "ja");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.update.enabled", false);
"""


class NotThere(Exception):
    """The page has no such thing, or is just being left."""


class Firefox:
    """One window. Whatever it does not show in time raises AssertionError."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._window = ""

    async def begin(self) -> None:
        """Opens the session and finds the window."""
        await self._ask("session.new", capabilities={})
        tree = await self._ask("browsingContext.getTree")
        self._window = tree["contexts"][0]["context"]

    async def open(self, url: str) -> None:
        """Types an address."""
        await self._in_window("browsingContext.navigate", url=url, wait="complete")

    async def fill(self, label: str, text: str) -> None:
        """The field of a visible label, typed sign by sign."""
        await self._click(f'//*[@id=//label[contains(., "{label}")]/@for]')
        typed = [{"type": kind, "value": sign} for sign in text for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": typed}
        await self._in_window("input.performActions", actions=[keyboard])

    async def press(self, button: str) -> None:
        """The button of that name; before it a form may have a hidden one that Enter presses."""
        await self._click(f'(//button[normalize-space(.)="{button}"])[last()]')

    async def follow(self, link: str) -> None:
        """The first link in the page's main part whose name begins so."""
        await self._click(f'//main//a[starts-with(normalize-space(.), "{link}")]')

    async def heading(self, text: str) -> None:
        """Returns once the page's h1 says so."""
        shown = (
            f"document.readyState === 'complete' && document.querySelector('h1').innerText.includes('{text}')"
        )
        await self._until(lambda: self.value(shown), f"a heading {text}")

    async def value(self, expression: str) -> Any:
        """What JavaScript says of the page. Raises NotThere."""
        target = {"context": self._window}
        said = await self._ask("script.evaluate", expression=expression, target=target, awaitPromise=True)
        if said["type"] != "success":
            raise NotThere(expression)
        return said["result"].get("value")

    async def _click(self, xpath: str) -> None:
        node = await self._until(lambda: self._find(xpath), xpath)
        shared = {"sharedId": node["sharedId"]}
        await self._ask(
            "script.callFunction",
            functionDeclaration="node => node.scrollIntoView({block: 'center'})",
            arguments=[shared],
            target={"context": self._window},
            awaitPromise=False,
        )
        there = {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": shared}}
        click = [there, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "actions": click}
        await self._in_window("input.performActions", actions=[mouse])

    async def _find(self, xpath: str) -> Any:
        found = await self._in_window(
            "browsingContext.locateNodes", locator={"type": "xpath", "value": xpath}
        )
        return found["nodes"][0] if found["nodes"] else None

    async def _until(self, look: Any, wanted: str) -> Any:
        for _ in range(int(_SHOWN_WITHIN * 10)):
            try:
                if found := await look():
                    return found
            except NotThere:
                pass
            await asyncio.sleep(0.1)
        raise AssertionError(
            f"Firefox does not show {wanted}, but: {await self.value('document.body.innerText')}"
        )

    async def _in_window(self, method: str, **parameters: Any) -> Any:
        return await self._ask(method, context=self._window, **parameters)

    async def _ask(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while (answer := await self._socket.receive_json(timeout=_SHOWN_WITHIN)).get("id") != number:
            pass
        if answer["type"] == "error":
            raise NotThere(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]


@asynccontextmanager
async def firefox(host: str, *, authority: Path, folder: Path) -> AsyncIterator[Firefox]:
    """A fresh profile that finds `host` on this machine and trusts that authority beside the usual ones."""
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text(_PREFERENCES.format(host=host))
    certutil, store = program("certutil", "libnss3-tools"), ["-d", f"sql:{profile}"]
    for arguments in (["-N", "--empty-password"], ["-A", "-n", "private", "-t", "C,,", "-i", str(authority)]):
        stored = await asyncio.create_subprocess_exec(certutil, *store, *arguments)
        assert await stored.wait() == 0
    [port] = free_ports(1)
    command = ["env", f"HOME={folder}", "MOZ_HEADLESS=1", program("firefox-esr"), "--no-remote"]
    command += ["--profile", str(profile), "--remote-debugging-port", str(port)]
    log = folder / "firefox.log"
    async with (
        running(command, port=port, log=log),
        aiohttp.ClientSession() as session,
        session.ws_connect(f"ws://127.0.0.1:{port}/session", max_msg_size=0) as socket,
    ):
        started = Firefox(socket)
        await started.begin()
        yield started
