"""The dialog before the end of a session does not hang on what the gateway remembers (G18)."""

from __future__ import annotations

from support.scripted_services import SESSION, Browser, Services

from messages.identity import ShowSession


async def test_a_page_counts_also_while_other_sessions_end(logged_in: Browser, services: Services) -> None:
    """While any session ends, an answer that is on its way is not remembered; this page was told all the
    same.
    """
    portal = logged_in.client.server.app  # type: ignore[attr-defined]
    sessions = next(value.sessions for value in portal.values() if hasattr(value, "sessions"))

    def answered(_: ShowSession) -> object:
        sessions.forget("somebody else's")
        return SESSION.model_copy(update={"ends_in_seconds": 1_800})

    services.says[ShowSession] = answered  # type: ignore[assignment]
    sessions.forget(sessions.hash_in(logged_in.cookies()))
    assert 'data-ends-in="1800"' in (await logged_in.get("/menu")).text
