"""Each channel of the AsyncAPI document: work queues and their dead letters, request and reply queues, the
broadcast.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from chassis.messaging.key_proofs import STATED
from chassis.messaging.message import Event, Lane, Message, Reply, Request, context_of
from chassis.messaging.shared_messages import SHARED
from chassis.messaging.topology import (
    BROADCAST,
    DEAD_TTL,
    EVENTS_MAX_LENGTH,
    KEYS,
    RPC_MAX_LENGTH,
    RPC_TTL,
    Topology,
    dead_queue,
    rpc_queue,
)
from mypage.schemas.asyncapi.messages import BINDING, FAULT, LATE, Document
from mypage.schemas.snapshots import REFUSAL


def channels(topology: Topology, spoken: Mapping[str, type[Message]]) -> Document:
    """All of them, by name; `spoken` are the messages by wire name."""
    replies = [name for name, model in spoken.items() if issubclass(model, Reply)]
    return {
        **_event_queues(topology),
        **_request_queues(spoken),
        **{reply_channel(caller): _reply_queue(replies) for caller in topology.callers},
        BROADCAST: _fanout(
            BROADCAST, broadcast_events(spoken), "A fanout exchange to every process that asks."
        ),
        KEYS: _fanout(
            KEYS, [STATED], "A fanout exchange to every process: whose keys fit together (ADR 0048)."
        ),
    }


def reply_channel(caller: str) -> str:
    """The channel of a caller's replies."""
    return f"{caller}.reply"


def requests_by_queue(spoken: Mapping[str, type[Message]]) -> dict[str, list[str]]:
    """The requests that each request queue takes."""
    found: dict[str, list[str]] = {}
    for name, model in spoken.items():
        if issubclass(model, Request):
            found.setdefault(rpc_queue(context_of(name), model.lane).name, []).append(name)
    return found


def broadcast_events(spoken: Mapping[str, type[Message]]) -> list[str]:
    """The events that go to every process that asks questions."""
    return [name for name, model in spoken.items() if issubclass(model, Event) and model.broadcast]


def _event_queues(topology: Topology) -> Document:
    found: Document = {}
    for queue in topology.work_queues():
        heard = [key for _, key in queue.bindings]
        dead = dead_queue(queue.name)
        found[queue.name] = _queue(
            queue.name, heard, f"Events for one service: a quorum queue of at most {EVENTS_MAX_LENGTH:,}."
        )
        found[dead] = _queue(dead, heard, f"What could not be handled, for {DEAD_TTL // 86400} days.")
    return found


def _request_queues(spoken: Mapping[str, type[Message]]) -> Document:
    said = f"Requests: at most {RPC_MAX_LENGTH}, {RPC_TTL} seconds; gone with its last consumer."
    return {
        name: _queue(name, [*requests, *_shared_in(name)], said, auto_delete=True)
        for name, requests in requests_by_queue(spoken).items()
    }


def _shared_in(queue: str) -> list[str]:
    """Only calls of the fast lane share messages."""
    return [SHARED] if queue.endswith(f".{Lane.FAST}") else []


def _reply_queue(replies: Sequence[str]) -> Document:
    queue = {"durable": False, "exclusive": True, "autoDelete": True}
    return {
        "address": None,
        "description": "A queue of one process, named in reply_to.",
        "messages": _components([*replies, REFUSAL, FAULT, LATE, SHARED]),
        "bindings": {"amqp": {"is": "queue", "queue": queue, **BINDING}},
    }


def _fanout(name: str, messages: Sequence[str], description: str) -> Document:
    exchange = {"name": name, "type": "fanout", "durable": True}
    return {
        "address": name,
        "description": description,
        "messages": _components(messages),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **BINDING}},
    }


def _queue(name: str, messages: Sequence[str], description: str, *, auto_delete: bool = False) -> Document:
    queue = {"name": name, "durable": True, "exclusive": False, "autoDelete": auto_delete}
    return {
        "address": name,
        "description": description,
        "messages": _components(messages),
        "bindings": {"amqp": {"is": "queue", "queue": queue, **BINDING}},
    }


def _components(names: Iterable[str]) -> Document:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}
