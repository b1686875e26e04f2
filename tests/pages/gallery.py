"""The pictures of all screens: each is visited once, on the running portal, and kept with what it needs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import urlsplit

from journeys.system import Customer, System
from pages.catalogue import SCREENS, Entry
from pages.catalogue.charges import MONTH
from pages.catalogue.steps import activate, be_member, go_on_to_menu
from pages.town import Town
from pages.visitor import Shot, StaticFile, Visitor

AT_ONCE = 6
PORTAL = {
    "MYPAGE_TRUSTED_PROXIES": "1",
    "MYPAGE_REGISTRATION_LIMITS": '{"mails_to_all": "1000/1m"}',
}
"""Of a portal whose screens are visited: every visitor has a network, and all together are as many as
strangers who bomb (X24).
"""
MEMBERS_NETWORKS, ENGLISH_NETWORKS = 900, 2000  # so far from those of the screens
UNAVAILABLE, TRIES = 503, 30
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)[^"]*"')
_FILE = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass(frozen=True)
class Gallery:
    """Every screen by its name, in both languages, the files that they name, what a customer can save, and
    what was asked for on the way. `missed` says of a screen that was not reached where the visit ended.
    """

    shots: dict[str, Shot]
    english: dict[str, Shot]
    missed: dict[str, str]
    files: dict[str, StaticFile]
    documents: dict[str, StaticFile]
    asked: frozenset[tuple[str, str]]

    @property
    def in_english(self) -> Gallery:
        """The English screens alone."""
        return replace(self, shots=self.english)


async def paint(system: System) -> Gallery:
    """Visits every screen of the catalogue."""
    town = Town(system)
    await town.settle()
    await asyncio.gather(
        *(_make_account(Visitor(town, MEMBERS_NETWORKS + at), each) for at, each in enumerate(town.holders))
    )
    shots, missed = await _visits(town, 0, in_english=False)
    english, missed_in_english = await _visits(town, ENGLISH_NETWORKS, in_english=True)
    missed |= {f"{name} in English": where for name, where in missed_in_english.items()}
    files, documents = await _files(town, (*shots.values(), *english.values())), await _documents(town)
    return Gallery(shots, english, missed, files, documents, frozenset(town.asked))


async def _visits(town: Town, networks: int, *, in_english: bool) -> tuple[dict[str, Shot], dict[str, str]]:
    """Who refuses cookies cannot choose a language."""
    entries = [each for each in SCREENS.values() if each.takes_cookies or not in_english]
    numbered = list(enumerate(entries, networks))
    turns = asyncio.Semaphore(AT_ONCE)
    shots: dict[str, Shot] = {}
    missed: dict[str, str] = {}

    async def take(number: int, entry: Entry) -> None:
        visitor = Visitor(town, number, takes_cookies=entry.takes_cookies)
        try:
            if in_english:
                await visitor.chooses_english()
            await entry.visit(visitor)
            assert visitor.status == entry.status, "another status"
            shots[entry.name] = await _shot(entry, visitor, follows_links=not in_english)
        except (AssertionError, LookupError, TimeoutError) as error:
            missed[entry.name] = f"{error!r} at {visitor.status} {visitor.url}\n{visitor.html}"
        finally:
            await visitor.close()

    async def take_in_turn(number: int, entry: Entry) -> None:
        async with turns:
            await take(number, entry)

    await asyncio.gather(*(take_in_turn(number, entry) for number, entry in numbered if not entry.alone))
    alone = [asyncio.create_task(take(number, entry)) for number, entry in numbered if entry.alone]
    await town.absences.among(alone)
    await asyncio.gather(*alone)
    return shots, missed


async def _make_account(visitor: Visitor, customer: Customer) -> None:
    try:
        await activate(visitor, customer)
        await go_on_to_menu(visitor)
    finally:
        await visitor.close()


async def _shot(entry: Entry, visitor: Visitor, *, follows_links: bool) -> Shot:
    links = links_of(visitor.html) if follows_links else []
    return Shot(
        name=entry.name,
        url=visitor.url,
        method=visitor.method,
        status=visitor.status,
        headers=visitor.headers,
        html=visitor.html,
        wire_bytes=visitor.wire_bytes,
        links={link: await _status_of(visitor, link, entry) for link in links},
    )


async def _status_of(visitor: Visitor, link: str, entry: Entry) -> int:
    """After a time without a service the gateway trusts it again step by step: a link is tried again."""
    status = await visitor.status_of(link)
    for _ in range(TRIES if entry.alone else 0):
        if status != UNAVAILABLE:
            break
        await asyncio.sleep(1)
        status = await visitor.status_of(link)
    return status


def links_of(page: str) -> list[str]:
    """Where its links lead to, on this site."""
    found = {unescape(link) for link in _LINK.findall(page)}
    return sorted(link for link in found if not urlsplit(link).scheme)


async def _files(town: Town, shots: Iterable[Shot]) -> dict[str, StaticFile]:
    visitor = Visitor(town, MEMBERS_NETWORKS)
    files = {}
    for path in sorted({unescape(path) for shot in shots for path in _FILE.findall(shot.html)}):
        files[path] = await visitor.file(path)
    await visitor.close()
    return files


async def _documents(town: Town) -> dict[str, StaticFile]:
    """A member's statements, of a month and of the year."""
    visitor = Visitor(town, MEMBERS_NETWORKS)
    await be_member(visitor)
    named = (f"/charges{month}.{ending}" for month in ("", f"/{MONTH}") for ending in ("pdf", "csv"))
    documents = {path: await visitor.file(path) for path in named}
    await visitor.close()
    return documents
