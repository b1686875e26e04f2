"""The cookie that remembers which page behind the login was asked for, until somebody has logged in."""

from __future__ import annotations

import re

from aiohttp import web

from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.portal import portal_of

_PLAIN_PATH = re.compile("((?:/[A-Za-z0-9-]+)+)(?:[.](?:pdf|csv))?")


class WantedPage(CookieContent):
    """A path of ours."""

    path: str


WANTED_PAGE = Purpose("wanted", WantedPage, 30 * 60)


def remember_wanted_page(request: web.Request, response: web.Response) -> None:
    """After the log-in the browser comes back to this page. Only what is plain is remembered: no query, and
    no sign that could mean something in an address. A file is remembered as the page that offers it:
    a browser that is given a file stays where it is, at the log-in.
    """
    if plain := _PLAIN_PATH.fullmatch(request.path):
        portal_of(request).cookies.keep(response, WANTED_PAGE, WantedPage(path=plain[1]))


def wanted_page(request: web.Request) -> str | None:
    """What was asked for in this browser a moment ago."""
    wanted = portal_of(request).cookies.read(request.cookies, WANTED_PAGE)
    return wanted.path if wanted else None
