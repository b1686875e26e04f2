"""Publishes that the broker refused lately as part of its definitions is missing: for the readiness page."""

from __future__ import annotations

from aio_pika.exceptions import ChannelClosed

from chassis.messaging.bus import NotPublished, Unknown, Unroutable
from chassis.messaging.message import Outgoing
from chassis.messaging.rabbit.consuming import what_is_wrong
from chassis.process.clock import monotonic

_SAID_FOR = 20.0  # seconds: longer than an outbox waits before it tries again


class MissingDefinitions:
    """What is missing by exchange and routing key, until such a message is taken or nobody tries any more."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[float, str]] = {}

    def note(self, message: Outgoing, error: BaseException, outcome: NotPublished) -> None:
        """Remembers a refusal that a complete broker would not have given. A service that is not there is no
        such thing.
        """
        if isinstance(error, ChannelClosed) and not isinstance(outcome, Unknown):
            self._found[message.exchange, message.routing_key] = (monotonic(), what_is_wrong(error))
        elif isinstance(outcome, Unroutable) and message.persistent:
            text = f"exchange {message.exchange}: no queue is bound to it for {message.routing_key}"
            self._found[message.exchange, message.routing_key] = (monotonic(), text)

    def forget(self, message: Outgoing) -> None:
        """It was taken."""
        self._found.pop((message.exchange, message.routing_key), None)

    def problem(self) -> str | None:
        """The one noted first."""
        oldest = monotonic() - _SAID_FOR
        self._found = {key: found for key, found in self._found.items() if found[0] > oldest}
        return next((text for _, text in self._found.values()), None)
