"""What identity answers about ログイン中の端末."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.messaging.message import Command, Query, Reply
from messages.values import Device, Stored


class OwnSession(BaseModel, frozen=True):
    """A session that lives. Pages name it by `session_key`, which opens nothing. The device is what a browser
    said it was when it logged in; None where none was told.
    """

    session_key: UUID
    device: Stored[Device] | None = None
    began_at: datetime
    last_seen_at: datetime
    is_askers: bool


class OwnSessionsShown(Reply, type="identity.own_sessions_shown.v1"):
    """The asker's own first, of the others the one that was used last."""

    sessions: tuple[OwnSession, ...]


class ShowOwnSessions(Query[OwnSessionsShown], type="identity.show_own_sessions.v1"):
    """Where is this session's customer logged in? The session is not kept alive by it."""

    session_token_hash: str


class OwnSessionsEnded(Reply, type="identity.own_sessions_ended.v1"):
    """The same whether there was anything to end."""


class EndOwnSession(Command[OwnSessionsEnded], type="identity.end_own_session.v1"):
    """[この端末をログアウトする]. The key of somebody else's session is nobody's."""

    session_token_hash: str
    client_network: str
    session_key: UUID


class EndOtherSessions(Command[OwnSessionsEnded], type="identity.end_other_sessions.v1"):
    """[ほかのすべての端末をログアウトする]."""

    session_token_hash: str
    client_network: str
