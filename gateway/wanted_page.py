"""Which page behind the login was asked for, until somebody has logged in: in a cookie, and in each tab's
form.
"""

from __future__ import annotations

import re
from contextlib import suppress

from aiohttp import web

from chassis.web.body_coding import BODY
from chassis.web.form_reading import UnreadableForm, read_fields
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.portal import portal_of
from gateway.same_page import page_above

FIELD = "wanted"
"""A hidden field of the log-in form."""
_PLAIN_PATH = re.compile("((?:/[A-Za-z0-9-]+)+)(?:[.](?:pdf|csv))?")


class WantedPage(CookieContent):
    """A path of ours."""

    path: str


WANTED_PAGE = Purpose("wanted", WantedPage, 30 * 60)


def remember_wanted_page(request: web.Request, response: web.Response) -> None:
    """After the log-in the browser comes back to this page, if its path is plain. A browser that is given a
    file stays where it is, at the log-in. A button is remembered as its page.
    """
    if path := page_of(request):
        portal_of(request).cookies.keep(response, WANTED_PAGE, WantedPage(path=path))


def page_of(request: web.Request) -> str | None:
    """The path of the page that is asked for, of a file that of the page which offers it. None unless it is
    plain: no query, and no sign that could mean something in an address.
    """
    path = request.path
    if request.method == "POST" and (page := page_above(request)) and page.resource:
        path = page.resource.canonical
    plain = _PLAIN_PATH.fullmatch(path)
    return plain[1] if plain else None


def wanted_page(request: web.Request) -> str | None:
    """What was asked for before the log-in: in the tab whose form this request sends, as another tab may have
    asked for another page since; else in this browser a moment ago.
    """
    with suppress(UnreadableForm):
        path = read_fields(request[BODY]).get(FIELD, "")
        if _PLAIN_PATH.fullmatch(path):
            return path
    wanted = portal_of(request).cookies.read(request.cookies, WANTED_PAGE)
    return wanted.path if wanted else None
