"""What crosses a process boundary: typed messages, and the envelopes that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

_registered: dict[str, type[Message]] = {}


class Lane(StrEnum):
    """Which request queue of a service a call waits in."""

    FAST = "rpc"
    SLOW = "rpc.slow"  # the password-hash lane: bounded apart, so that a hash flood never delays a query


class Message(BaseModel):
    """Base of all messages. Frozen; consumers ignore unknown fields, so a publisher may add optional ones
    (docs/messages.md).

    Validation errors never print the input, which may be personal.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    type_name: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        # The options of the class statement are read below, once pydantic has built the class.
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(cls, *, type: str = "", **options: Any) -> None:  # noqa: A002 - reads as `type="…"`
        super().__pydantic_init_subclass__(**options)
        if type:
            if type in _registered:
                raise TypeError(f"two messages are called {type}")
            cls.type_name = type
            _registered[type] = cls

    def __repr__(self) -> str:
        """Only the name: a log line must never hold a body."""
        return f"<{self.type_name or type(self).__name__}>"

    __str__ = __repr__


class Reply(Message):
    """The answer to a request."""


Answer = TypeVar("Answer", bound=Reply)


class Request(Message, Generic[Answer]):
    """A message that expects exactly one answer: a reply of type `Answer`, or a refusal."""

    lane: ClassVar[Lane] = Lane.FAST

    @classmethod
    def __pydantic_init_subclass__(cls, *, lane: Lane | None = None, **options: Any) -> None:
        super().__pydantic_init_subclass__(**options)
        if lane is not None:
            cls.lane = lane

    @classmethod
    def answer_type(cls) -> type[Reply]:
        """The reply type that was given in the class statement: `class LogIn(Command[LoggedIn])`."""
        for base in cls.__mro__:
            arguments = getattr(base, "__pydantic_generic_metadata__", {}).get("args", ())
            if arguments:
                answer: type[Reply] = arguments[0]
                return answer
        raise TypeError(f"{cls.__name__} does not say what answers it")


class Command(Request[Answer], Generic[Answer]):
    """A request that changes something; repeated only with the same key inside."""


class Query(Request[Answer], Generic[Answer]):
    """A request that changes nothing; may be repeated freely."""


class Event(Message):
    """Something that happened. `broadcast` events reach every running gateway instead of one work queue per
    listening service.
    """

    broadcast: ClassVar[bool] = False

    @classmethod
    def __pydantic_init_subclass__(cls, *, broadcast: bool = False, **options: Any) -> None:
        super().__pydantic_init_subclass__(**options)
        cls.broadcast = broadcast


def message_type(name: str) -> type[Message] | None:
    """The class registered under a wire name such as `identity.log_in.v1`, or None for one that this process
    does not know.
    """
    return _registered.get(name)


def registered_messages() -> Mapping[str, type[Message]]:
    """Every message type that has been imported, by wire name."""
    return dict(_registered)


def context_of(name: str) -> str:
    """The bounded context that a wire name belongs to: its first word."""
    return name.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An envelope on its way out. `expires_in` is in seconds; None means that it never expires."""

    exchange: str
    routing_key: str
    type: str
    message_id: UUID
    body: bytes = field(repr=False)
    headers: Mapping[str, str | int] = field(default_factory=dict)
    correlation_id: str | None = None
    reply_to: str | None = None
    expires_in: float | None = None
    persistent: bool = False
    mandatory: bool = True


@dataclass(frozen=True, slots=True)
class Incoming:
    """An envelope as it arrived. `sender` is the broker-verified user that published it, where the transport
    knows one.
    """

    queue: str
    type: str
    message_id: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str | int] = field(default_factory=dict)
    content_type: str | None = None
    correlation_id: str | None = None
    reply_to: str | None = None
    sender: str | None = None
