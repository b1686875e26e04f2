"""Who is logged in: an opaque token in a cookie, and for a few seconds what identity said about it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from chassis.messaging.message import Event
from chassis.process.clock import monotonic
from chassis.security.tokens import token_hash
from messages.identity import SessionEnded, SessionShown

REMEMBERED_FOR = 50.0  # seconds; the assertion inside lives 60
_AT_MOST = 10_000


@dataclass(frozen=True)
class _Remembered:
    asked_at: float
    heard_in: object
    shown: SessionShown


class Sessions:
    """Finds the session of a browser: from memory when asked within REMEMBERED_FOR, else from identity.

    `hears_in` names where the ends of sessions are heard: what was remembered is believed only while that is
    the same, as an end may have been missed since.
    """

    def __init__(
        self,
        ask: Callable[[str], Awaitable[SessionShown]],
        *,
        https: bool,
        hears_in: Callable[[], object] = lambda: "",
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._ask = ask
        self._https = https
        self._hears_in = hears_in
        self._seconds = seconds
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
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
        if known is None or self._is_stale(known):
            return None
        return known.shown if known.heard_in is not None and known.heard_in == self._hears_in() else None

    def ends_in(self, session_token_hash: str) -> int | None:
        """Seconds until it ends if nobody comes back: for a session that is remembered, where identity told.
        Asks nobody.
        """
        shown = self.remembered(session_token_hash)
        if shown is None or shown.ends_in_seconds is None:
            return None
        passed = self._seconds() - self._remembered[session_token_hash].asked_at
        return max(0, int(shown.ends_in_seconds - passed))

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
        asked_at, heard_in = self._seconds(), self._hears_in()
        shown = await self._ask(session_token_hash)
        if endings == self._endings:  # else it may be this one that ended while the answer was on its way
            self._remember(session_token_hash, _Remembered(asked_at, heard_in, shown))
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

    def _remember(self, session_token_hash: str, remembered: _Remembered) -> None:
        self._remembered[session_token_hash] = remembered
        self._remembered.move_to_end(session_token_hash)
        while len(self._remembered) > _AT_MOST or self._oldest_is_stale():
            self._remembered.popitem(last=False)

    def _oldest_is_stale(self) -> bool:
        oldest = next(iter(self._remembered.values()), None)
        return oldest is not None and self._is_stale(oldest)

    def _is_stale(self, known: _Remembered) -> bool:
        return self._seconds() - known.asked_at >= REMEMBERED_FOR
