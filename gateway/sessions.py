"""Who is logged in: an opaque token in a cookie, and for a few seconds what identity said about it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from chassis.messaging.message import Event
from chassis.process.clock import monotonic
from chassis.security.tokens import token_hash
from messages.identity import SessionEnded, SessionShown

REMEMBERED_FOR = 50.0  # seconds; the assertion inside lives 60
_AT_MOST = 10_000


class Sessions:
    """Finds the session of a browser: from memory when asked within REMEMBERED_FOR, else from identity."""

    def __init__(
        self,
        ask: Callable[[str], Awaitable[SessionShown]],
        *,
        https: bool,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._ask = ask
        self._https = https
        self._seconds = seconds
        self._remembered: OrderedDict[str, tuple[float, SessionShown]] = OrderedDict()
        self._endings = 0

    @property
    def cookie_name(self) -> str:
        """As the browser knows it."""
        return "__Host-sid" if self._https else "sid"

    def hash_in(self, cookies: Mapping[str, str]) -> str | None:
        """The hash of the token that the browser sent, alive or not."""
        token = cookies.get(self.cookie_name)
        return token_hash(token) if token else None

    def remembered(self, session_token_hash: str) -> SessionShown | None:
        """What identity said of it within REMEMBERED_FOR. Asks nobody."""
        known = self._remembered.get(session_token_hash)
        return known[1] if known and self._seconds() - known[0] < REMEMBERED_FOR else None

    def ends_in(self, session_token_hash: str) -> int | None:
        """Seconds until it ends if nobody comes back: for a session that is remembered, where identity told.
        Asks nobody.
        """
        shown = self.remembered(session_token_hash)
        if shown is None or shown.ends_in_seconds is None:
            return None
        asked_at, _ = self._remembered[session_token_hash]
        return max(0, int(shown.ends_in_seconds - (self._seconds() - asked_at)))

    async def keep_alive(self, session_token_hash: str) -> SessionShown:
        """As `show`, but identity hears of it in any case: its idle time begins anew."""
        self.forget(session_token_hash)
        return await self.show(session_token_hash)

    async def show(self, session_token_hash: str) -> SessionShown:
        """The living session. Raises Refusal (SESSION_ENDED) and ServiceTrouble."""
        remembered = self.remembered(session_token_hash)
        if remembered is not None:
            return remembered
        endings = self._endings
        asked_at = self._seconds()
        shown = await self._ask(session_token_hash)
        if endings == self._endings:  # else it may be this one that ended while the answer was on its way
            self._remember(session_token_hash, asked_at, shown)
        return shown

    def begin(self, response: web.StreamResponse, token: str) -> None:
        """Gives the browser its token, until it is closed or identity ends the session."""
        response.set_cookie(
            self.cookie_name, token, path="/", secure=self._https, httponly=True, samesite="Lax"
        )

    def end(self, response: web.StreamResponse) -> None:
        """Takes the token away from the browser."""
        response.del_cookie(self.cookie_name, path="/", secure=self._https, httponly=True, samesite="Lax")

    def forget(self, session_token_hash: str) -> None:
        """The next page asks identity again."""
        self._endings += 1
        self._remembered.pop(session_token_hash, None)

    def on_broadcast(self, event: Event) -> None:
        """Identity's broadcast: the session ended, perhaps through another replica."""
        if isinstance(event, SessionEnded):
            self.forget(event.session_token_hash)

    def _remember(self, session_token_hash: str, asked_at: float, shown: SessionShown) -> None:
        self._remembered[session_token_hash] = (asked_at, shown)
        self._remembered.move_to_end(session_token_hash)
        while len(self._remembered) > _AT_MOST or self._oldest_is_stale():
            self._remembered.popitem(last=False)

    def _oldest_is_stale(self) -> bool:
        oldest = next(iter(self._remembered.values()), None)
        return oldest is not None and self._seconds() - oldest[0] >= REMEMBERED_FOR
