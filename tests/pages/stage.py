"""A browser in which every screen of the gallery is shown again, as often as one likes, without a portal."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pages.gallery import Gallery
from pages.visitor import Shot
from playwright.async_api import Browser, Page, Route

ROOT = Path(__file__).parents[2]
OPENS_WITHIN = 120_000  # milliseconds: how busy the machine is is no fault of a page
_TO_THE_BEGINNING = """() => {
    document.adoptedStyleSheets = [];
    document.activeElement.blur();
    scrollTo(0, 0);
}"""
_OF_THE_TRIP = ("content-encoding", "content-length", "set-cookie", "transfer-encoding", "connection")


class Stage:
    """`strays` are the requests of pages that neither screen nor file answers: to another site, or gone."""

    def __init__(self, page: Page, gallery: Gallery) -> None:
        self.page = page
        self.strays: list[str] = []
        self._gallery = gallery
        self._shown: Shot | None = None
        self._html = ""
        self._is_awaited = False

    @classmethod
    async def build(cls, browser: Browser, gallery: Gallery, *, checked: bool = False) -> Stage:
        """In a profile of its own. `checked`: judges' scripts may run in spite of the pages' own policy."""
        context = await browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", bypass_csp=checked)
        stage = cls(await context.new_page(), gallery)
        await context.route("**/*", stage._answer)
        return stage

    async def close(self) -> None:
        """Ends the profile."""
        await self.page.context.close()

    async def show(
        self,
        name: str,
        *,
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        html: str | None = None,
        anew: bool = False,
    ) -> Shot:
        """The screen, with all that belongs to it; `html` instead of its own. One that is shown already is
        not loaded again, but `anew`: it is laid out again, and stands at its beginning.
        """
        shot = self._gallery.shots[name]
        await self.page.set_viewport_size({"width": width, "height": 900})
        await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce", media="screen")
        if not anew and (self._shown, self._html) == (shot, html or shot.html):
            await self.page.evaluate(_TO_THE_BEGINNING)
            return shot
        self._shown, self._html, self._is_awaited = shot, html or shot.html, True
        await self.page.goto(shot.url, timeout=OPENS_WITHIN)
        return shot

    async def _answer(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(self._origin)
        if request.is_navigation_request():
            await self._answer_navigation(route)
        elif path in self._gallery.files:
            file = self._gallery.files[path]
            await route.fulfill(headers=_without_trip(file.headers), body=file.body)
        else:
            self.strays.append(request.url)
            await route.abort()

    async def _answer_navigation(self, route: Route) -> None:
        """Only the screen that is to be shown: what a page opens by itself leaves it as it is."""
        if not self._is_awaited or self._shown is None:
            await route.fulfill(status=204)
            return
        self._is_awaited = False
        headers = _without_trip(self._shown.headers)
        await route.fulfill(status=self._shown.status, headers=headers, body=self._html)

    @property
    def _origin(self) -> str:
        return self._shown.url[: self._shown.url.index("/", len("http://"))] if self._shown else ""


def _without_trip(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in _OF_THE_TRIP}
