"""Whoever comes to the portal to see one screen: a browser without JavaScript, in a network of its own."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import aiohttp
from journeys.system import Customer
from pages.forms import Button, Form, form_with
from pages.town import Town
from yarl import URL

from gateway.language import Language, said, speaking

_TOKENS = re.compile('(?<=type="hidden")[^>]*|(?<=<code id="reference">)[^<]*|(?<=data-ends-in=)"[0-9]+"')


@dataclass(frozen=True)
class Shot:
    """A page as it came: all that a browser needs to show it again. `wire_bytes`: its length on the wire."""

    name: str
    url: str
    method: str
    status: int
    headers: dict[str, str]
    html: str
    wire_bytes: int
    links: dict[str, int]
    """What a GET of each link of the page answered, for the same visitor, after he had seen the page."""

    @property
    def look(self) -> str:
        """The page without the tokens that no two of them share: of two alike one need be judged."""
        return _TOKENS.sub("", self.html)


@dataclass(frozen=True)
class StaticFile:
    """Style sheet, script or picture, as a browser gets it."""

    headers: dict[str, str]
    body: bytes
    wire_bytes: int


class Visitor:
    """Opens pages and presses buttons by their names, follows redirects, and keeps the last page."""

    def __init__(self, town: Town, number: int, *, takes_cookies: bool = True) -> None:
        self.town = town
        self._language = Language.JAPANESE
        self._takes_cookies = takes_cookies
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True) if takes_cookies else aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={
                "Accept-Encoding": "gzip",
                "X-Forwarded-For": f"10.{number // 250}.{number % 250}.7",
                "Sec-Fetch-Site": "same-origin",
            },
        )
        self.url = self.method = self.html = ""
        self.status = self.wire_bytes = 0
        self.headers: dict[str, str] = {}

    async def close(self) -> None:
        """Ends the profile."""
        await self._session.close()

    def goes_to_localhost(self) -> None:
        """The portal by the name of this machine, at which browsers have passkeys; as who he is."""
        self.url = self.town.url.replace("127.0.0.1", "localhost")
        held = {each.key: each.value for each in self._session.cookie_jar}
        self._session.cookie_jar.update_cookies(held, URL(self.url))

    def new_customer(self) -> Customer:
        """A contract that no other visitor has."""
        return self.town.new_customer()

    def holds(self, name: str, value: str) -> None:
        """A cookie that the portal once set."""
        self._session.cookie_jar.update_cookies({name: value}, URL(self.town.url))

    async def chooses_english(self) -> None:
        """From now on he reads English. Buttons go on being named as the manual names them."""
        await self.opens("/terms")
        await self.presses("English")
        self._language = Language.ENGLISH

    def cookie(self, name: str) -> str:
        """What the browser holds under that name."""
        return next((each.value for each in self._session.cookie_jar if each.key == name), "")

    async def opens(self, path: str) -> None:
        """A page by its address."""
        await self.sends("GET", path)

    def form_of(self, label: str) -> tuple[Form, Button]:
        """The form with the button of that name, and the button."""
        with speaking(self._language):
            return form_with(self.html, said(label))

    async def presses(self, label: str, **typed: str) -> None:
        """The button of that name, after typing into the fields of its form."""
        form, button = self.form_of(label)
        chosen = {button.name: button.value} if button.name else {}
        await self.sends(form.method.upper(), form.action, {**form.values, **typed, **chosen})

    async def sends(
        self, method: str, path: str, data: dict[str, str] | bytes | None = None, **headers: str
    ) -> None:
        """Any request; redirects are followed as browsers follow them."""
        url = urljoin(self.url or self.town.url, path)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        while True:
            self.town.asked.add((method, urlsplit(url).path))
            request = self._session.request(method, url, data=data, headers=given, allow_redirects=False)
            async with request as answer:
                wire = await answer.read()
                if answer.status in (302, 303):
                    url, method, data = urljoin(url, answer.headers["Location"]), "GET", None
                    continue
                self.url, self.method, self.status = url, method, answer.status
                self.headers = {name.lower(): value for name, value in answer.headers.items()}
            self.wire_bytes = len(wire)
            self.html = _unpacked(self.headers, wire).decode()
            return

    async def file(self, path: str) -> StaticFile:
        """A file that a page names."""
        self.town.asked.add(("GET", urlsplit(path).path))
        async with self._session.get(urljoin(self.town.url, path)) as answer:
            assert answer.status == 200, path
            wire = await answer.read()
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return StaticFile(headers, _unpacked(headers, wire), len(wire))

    async def status_of(self, path: str) -> int:
        """What a GET of that address answers at last; the page that is open stays so."""
        async with self._session.get(urljoin(self.url, path)) as answer:
            await answer.read()
            return answer.status


def _unpacked(headers: dict[str, str], wire: bytes) -> bytes:
    return gzip.decompress(wire) if headers.get("content-encoding") == "gzip" else wire
