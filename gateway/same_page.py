"""Which page a browser has before it, as an address that GET opens."""

from __future__ import annotations

import re

from aiohttp import web

PAGE_OF_BUTTON = {
    "/login/continue": "/login/preparing",
    "/login/again": "/login/preparing",
    "/register/correct": "/register/done",
    "/language": "/",
}
"""Buttons that stand on another page than the one above them."""
_PLAIN_PATH = re.compile(r"/|(?:/[A-Za-z0-9_.-]+)+")
_PATH_OF_URL = re.compile("https?://[^/?#]+(/[^?#]*)")
_LONGEST = 200


def plain_path(path: str) -> str | None:
    """The path if it can be nothing but a page of ours: no host, no query, no sign with a meaning of its
    own.
    """
    return path if len(path) <= _LONGEST and _PLAIN_PATH.fullmatch(path) else None


def page_above(request: web.Request) -> web.AbstractRoute | None:
    """The page that the request's form or button stands on: its own path or the next one above it, unless
    PAGE_OF_BUTTON knows better. Only fixed paths that a link can open.
    """
    resource = request.match_info.route.resource
    if resource is None:
        return None
    opened = {
        each.canonical: route
        for each in request.app.router.resources()
        for route in each
        if route.method == "GET" and "{" not in each.canonical
    }
    page = PAGE_OF_BUTTON.get(resource.canonical, resource.canonical)
    while page not in opened and page != "/":
        page = page.rpartition("/")[0] or "/"
    return opened.get(page)


def fixed_page_of(request: web.Request) -> str | None:
    """The page to open again: none where the address carries a token or a typed text."""
    resource = request.match_info.route.resource
    if resource is None or "{" in resource.canonical:
        return None
    page = page_above(request)
    return page.resource.canonical if page and page.resource else None


def same_page(request: web.Request, status: int) -> str | None:
    """The address under which this very page is found, also when it answers a button. None where a page must
    not repeat its address: pages for what went wrong (E1), and what answers a mail program.
    """
    resource = request.match_info.route.resource
    if resource is not None and "{" in resource.canonical:
        return plain_path(request.path) if status == 200 and request.method in ("GET", "HEAD") else None
    return fixed_page_of(request)


def page_before(request: web.Request) -> str:
    """Where a button stands that does not know its page's address: as the browser says, which tells it to us
    alone (Referrer-Policy); the first page where it does not.
    """
    before = _PATH_OF_URL.match(request.headers.get("Referer", ""))
    return (before and plain_path(before[1])) or "/"
