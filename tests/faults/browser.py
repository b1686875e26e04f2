"""A browser in front of all gateways, as a load balancer shows them: it takes turns, and passes over one that
is not ready.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from faults.ledger import Ledger
from faults.plant import Plant
from support.own_forms import form_token_in

from chassis.security.tokens import is_token

PATIENCE = 15.0  # seconds: longer than any page may take
BUDGETS = {
    "/login": 8.0,
    "/login/continue": 6.0,
    "/charges": 8.0,
    "/register/confirm": 8.0,
    "/reset": 13.0,
    "/register/resend": 8.0,
    "/register/address": 8.0,
}  # seconds: the sum of the calls that a page makes one after the other
USUAL_BUDGET = 5.0
ASKED_EVERY = 0.5  # seconds between two looks at a gateway's readiness


@dataclass(frozen=True)
class Page:
    """What came back for one request. Status 0: nothing did."""

    status: int
    location: str
    text: str
    seconds: float

    @property
    def is_trouble(self) -> bool:
        """Nobody's no: pressing again is right."""
        return self.status == 0 or self.status >= 500


class LoadBalancer:
    """Chooses a gateway for each request, in turn, among those whose health page says ready."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._turn = itertools.count()
        self._ready: list[str] = list(plant.gateway_urls.values())
        self._watching: asyncio.Task[None] | None = None
        self.lateness = 0.0  # seconds: how late this very process was at worst, which is no gateway's fault

    async def start(self) -> None:
        """Begins to look at the gateways."""
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Looks no more."""
        if self._watching:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def _watch(self) -> None:
        names = self._plant.gateway_urls
        while True:
            missing = await self._plant.not_ready("gateway") if len(names) > 1 else {}
            self._ready = [url for name, url in names.items() if name not in missing] or list(names.values())
            began = time.monotonic()
            await asyncio.sleep(ASKED_EVERY)
            self.lateness = max(self.lateness, time.monotonic() - began - ASKED_EVERY)

    def choices(self) -> list[str]:
        """The gateways in the order in which to try them."""
        turn = next(self._turn) % len(self._ready)
        first = self._ready[turn:] + self._ready[:turn]
        return first + [url for url in self._plant.gateway_urls.values() if url not in first]


class Browser:
    """One profile: its own cookies, its own network. Follows no redirect by itself; tells the ledger of every
    answer that is trouble.
    """

    def __init__(self, balancer: LoadBalancer, ledger: Ledger, who: str, address: str) -> None:
        self._balancer = balancer
        self._ledger = ledger
        self.who = who
        self._address = address
        self._form_token = ""
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        jar = aiohttp.CookieJar(unsafe=True)
        self._session = aiohttp.ClientSession(
            cookie_jar=jar, timeout=timeout, headers={"X-Forwarded-For": address}
        )

    async def close(self) -> None:
        """Ends the profile."""
        await self._session.close()

    def elsewhere(self) -> Browser:
        """Another browser of the same customer, such as the one on his phone: no cookies yet."""
        return Browser(self._balancer, self._ledger, self.who, self._address)

    async def get(self, path: str) -> Page:
        """Opens a page."""
        return await self._ask("GET", path, None)

    async def post(self, path: str, *, hangs_up_after: float | None = None, **form: str) -> Page:
        """Presses a button; closes the page after so many seconds, if it has not answered by then."""
        if not self._form_token:
            await self.get("/login")
        form.setdefault("form_token", self._form_token)
        if hangs_up_after is None:
            return await self._ask("POST", path, form)
        try:
            return await asyncio.wait_for(self._ask("POST", path, form), hangs_up_after)
        except TimeoutError:
            self._ledger.told(self.who, "hung_up", route=_route(path))
            return Page(0, "", "", hangs_up_after)

    async def _ask(self, method: str, path: str, form: dict[str, str] | None) -> Page:
        began = time.monotonic()
        trouble = "refused"
        for url in self._balancer.choices():
            try:
                request = self._session.request(
                    method, url + path, data=form, headers={"Origin": url}, allow_redirects=False
                )
                async with request as answer:
                    self._learn(answer, await answer.text())
                    page = Page(
                        answer.status,
                        answer.headers.get("Location", ""),
                        await answer.text(),
                        time.monotonic() - began,
                    )
            except aiohttp.ClientConnectorError:
                continue  # nobody listens there: nothing was sent, and the next gateway may
            except (aiohttp.ClientError, TimeoutError) as error:
                trouble = "hung" if isinstance(error, TimeoutError) else type(error).__name__
                break
            self._note(method, path, page)
            return page
        seconds = time.monotonic() - began
        self._ledger.told(
            self.who, "no_answer", method=method, route=_route(path), seconds=round(seconds, 3), how=trouble
        )
        return Page(0, "", "", seconds)

    def _learn(self, answer: aiohttp.ClientResponse, text: str) -> None:
        """The token of the forms that this browser was shown last; none once it is somebody else's."""
        if "sid" in answer.cookies or "visitor" in answer.cookies:
            self._form_token = ""
        self._form_token = form_token_in(text) or self._form_token

    def _note(self, method: str, path: str, page: Page) -> None:
        facts = {
            "method": method,
            "route": _route(path),
            "status": page.status,
            "seconds": round(page.seconds, 3),
        }
        if page.status >= 500:
            self._ledger.told(self.who, "trouble", **facts)
        elif page.seconds > USUAL_BUDGET:
            self._ledger.told(self.who, "slow", **facts)


def _route(path: str) -> str:
    """The path without what is secret in it."""
    area, _, last = urlsplit(path).path.rpartition("/")
    return f"{area}/{{token}}" if is_token(last) else f"{area}/{last}"


def budget_of(route: str) -> float:
    """The seconds within which a page must have answered, whatever is broken."""
    return next(
        (seconds for start, seconds in BUDGETS.items() if route == start or route.startswith("/charges/")),
        USUAL_BUDGET,
    )
