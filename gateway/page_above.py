"""Which page a form or a button stands on."""

from __future__ import annotations

from aiohttp import web

PAGE_OF_BUTTON = {
    "/login/continue": "/login/preparing",
    "/login/again": "/login/preparing",
    "/register/correct": "/register/done",
}
"""Buttons that stand on another page than the one above them."""


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
