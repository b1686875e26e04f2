"""A session gets another token when its customer typed his password again for something that matters: whoever
has the old one has nothing any more (ADR 0065).

The next token is made with the form, and waits in it, sealed: a form that is sent twice brings the same one
twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from chassis.security.tokens import new_token, token_hash
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.portal import portal_of, session_hash_of

FIELD = "next_token"
"""A hidden field of each form that asks for the password again; the macro `next_token` writes it."""


class NextToken(CookieContent):
    """The token that takes the place of the one with the hash `instead_of`."""

    instead_of: str
    token: str


NEXT_TOKEN = Purpose("next-token", NextToken, 12 * 60 * 60)


@dataclass(frozen=True)
class StepUp:
    """A press with a password: the session that it came in, and the token that this session shall have."""

    session_token_hash: str
    next_token: str

    @property
    def next_token_hash(self) -> str:
        """As identity knows it."""
        return token_hash(self.next_token)

    def end(self, request: web.Request, response: web.StreamResponse, *, renewed: bool) -> None:
        """After it succeeded: the browser gets the next token if identity `renewed` the session, which one of
        the release before does not.
        """
        sessions = portal_of(request).sessions
        sessions.forget(self.session_token_hash)
        if renewed:
            sessions.begin(response, self.next_token)


def step_up(request: web.Request, sent: Mapping[str, str]) -> StepUp:
    """Of the form that was sent. One that brings no next token, or another session's, gets a new one."""
    session_hash = session_hash_of(request)
    brought = next_token_in(request, sent)
    belongs = brought and session_hash in (brought.instead_of, token_hash(brought.token))
    return StepUp(session_hash, brought.token if brought and belongs else new_token())


def sealed_next_token(request: web.Request) -> str:
    """For the form's hidden field."""
    made = NextToken(instead_of=session_hash_of(request), token=new_token())
    return portal_of(request).cookies.seal(NEXT_TOKEN, made)


def next_token_in(request: web.Request, sent: Mapping[str, str]) -> NextToken | None:
    """What the form brought, if it is ours."""
    return portal_of(request).cookies.open(sent.get(FIELD, ""), NEXT_TOKEN)


def replaced_token(request: web.Request, sent: Mapping[str, str]) -> str | None:
    """The hash of the token that this browser had when it was shown the form, if it has the form's next one
    by now: the form was sent a second time, while the answer to the first was on its way.
    """
    brought = next_token_in(request, sent)
    if brought is None or token_hash(brought.token) != session_hash_of(request):
        return None
    return brought.instead_of
