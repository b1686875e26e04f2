"""The list itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pages.visitor import Visitor

Visit = Callable[[Visitor], Awaitable[None]]


@dataclass(frozen=True)
class Entry:
    """One screen in one state. `alone`: it needs a time in which a part of the portal stands still, so
    that nobody is under way then who needs all of it."""

    name: str
    visit: Visit
    status: int
    alone: bool
    takes_cookies: bool


SCREENS: dict[str, Entry] = {}


def screen(status: int = 200, *, alone: bool = False, takes_cookies: bool = True) -> Callable[[Visit], Visit]:
    """Enters the visit under its function's name. It ends on the screen, which must have that status."""

    def enter(visit: Visit) -> Visit:
        name = visit.__name__
        assert name not in SCREENS, f"two screens are called {name}"
        SCREENS[name] = Entry(name, visit, status, alone, takes_cookies)
        return visit

    return enter
