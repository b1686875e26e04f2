"""What the gateway remembers of a session: for some seconds, and never after its end."""

from __future__ import annotations

from datetime import UTC, datetime
from weakref import ref

from aiohttp import web

from gateway.sessions import Sessions
from messages.identity import SessionEnded, SessionShown
from messages.values import Nickname

SHOWN = SessionShown(
    session_assertion="signed",
    nickname=Nickname("そら"),
    previous_login_at=None,
    ends_at=datetime(2026, 11, 23, tzinfo=UTC),
)


class Identity:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.seconds = 0.0
        self.shown = SHOWN
        self.sessions = Sessions(self.show, https=True, seconds=lambda: self.seconds)
        self.ends_while_answering = False

    async def show(self, session_token_hash: str) -> SessionShown:
        """The session."""
        self.asked += 1
        if self.ends_while_answering:
            self.sessions.on_broadcast(SessionEnded(session_token_hash=session_token_hash))
        return self.shown


async def test_within_50_seconds_identity_is_asked_once() -> None:
    """So a page behind the login costs one request."""
    identity = Identity()
    for identity.seconds in (0, 20, 49):
        assert await identity.sessions.show("hash") == SHOWN
    assert identity.asked == 1


async def test_after_50_seconds_identity_is_asked_again() -> None:
    """The assertion inside lives 60."""
    identity = Identity()
    for identity.seconds in (0, 50):
        await identity.sessions.show("hash")
    assert identity.asked == 2


async def test_what_nobody_may_be_shown_any_more_is_not_held_either() -> None:
    """After a busy hour the gateway does not keep its customers' nicknames."""
    identity = Identity()
    held = []
    for identity.seconds in (0, 20, 50, 69):
        shown = SHOWN.model_copy()
        held.append(ref(shown))
        identity.shown = shown
        await identity.sessions.show(f"hash-{identity.seconds}")
    del shown
    identity.shown = SHOWN
    assert [kept() is not None for kept in held] == [False, True, True, True]


async def test_an_ended_session_is_forgotten_at_once() -> None:
    """X33: on every replica, by broadcast."""
    identity = Identity()
    await identity.sessions.show("hash")
    identity.sessions.on_broadcast(SessionEnded(session_token_hash="hash"))
    await identity.sessions.show("hash")
    assert identity.asked == 2


async def test_a_session_that_ends_while_identity_answers_is_not_remembered() -> None:
    """The broadcast may overtake the answer."""
    identity = Identity()
    identity.ends_while_answering = True
    await identity.sessions.show("hash")
    await identity.sessions.show("hash")
    assert identity.asked == 2


def test_the_session_cookie_has_every_flag_and_ends_with_the_browser() -> None:
    """Cookie rules."""
    response = web.Response()
    Identity().sessions.begin(response, "token")
    line = response.cookies["__Host-sid"].OutputString()
    assert all(flag in line for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Max-Age" not in line


async def test_how_long_a_session_still_lives_is_counted_from_the_question() -> None:
    """G18: never later than it is; by no clock but the gateway's own steps."""
    identity = Identity()
    identity.shown = SHOWN.model_copy(update={"ends_in_seconds": 1_800})
    await identity.sessions.show("hash")
    for identity.seconds, left in ((0, 1_800), (20.5, 1_779), (49, 1_751)):
        assert identity.sessions.ends_in("hash") == left
    identity.seconds = 50
    assert identity.sessions.ends_in("hash") is None
    assert identity.sessions.ends_in("another") is None


async def test_an_identity_of_the_release_before_does_not_say_when_a_session_ends() -> None:
    """Then there is no dialog."""
    identity = Identity()
    await identity.sessions.show("hash")
    assert identity.sessions.ends_in("hash") is None


async def test_going_on_asks_identity_whatever_is_remembered() -> None:
    """Else its idle time would not begin anew."""
    identity = Identity()
    await identity.sessions.show("hash")
    await identity.sessions.keep_alive("hash")
    assert identity.asked == 2
