"""Each operation of the AsyncAPI document: which component sends or receives what on which channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.messaging.key_proofs import STATED
from chassis.messaging.message import Message, Request, context_of
from chassis.messaging.topology import BROADCAST, KEYS, OPERATOR, Topology, dead_queue
from mypage.schemas.asyncapi.channels import broadcast_events, reply_channel, requests_by_queue
from mypage.schemas.asyncapi.messages import BINDING, FAULT, LATE, Document
from mypage.schemas.snapshots import REFUSAL


def operations(topology: Topology, spoken: Mapping[str, type[Message]]) -> Document:
    """All of them, by name; `spoken` are the messages by wire name."""
    found: Document = {}
    for service, heard in topology.subscriptions.items():
        found |= _of_events(service, [event.type_name for event in heard])
    for caller in topology.callers:
        found |= _of_requests(caller, spoken)
        found[f"{caller}.hears"] = _receive(caller, BROADCAST, broadcast_events(spoken))
    for component in (*topology.subscriptions, *topology.callers):
        found[f"{component}.states.keys"] = _send(component, KEYS, [STATED], deliveryMode=1, mandatory=False)
        found[f"{component}.hears.keys"] = _receive(component, KEYS, [STATED])
    for name in broadcast_events(spoken):
        context = context_of(name)
        found[f"{context}.tells.all.{name}"] = _send(
            context, BROADCAST, [name], deliveryMode=2, mandatory=False
        )
    return found


def _of_events(service: str, names: Sequence[str]) -> Document:
    """Who tells this service, what it hears, and what becomes of what it cannot handle."""
    found: Document = {}
    queue = f"{service}.events"
    dead = dead_queue(queue)
    for context in dict.fromkeys(map(context_of, names)):
        said = [name for name in names if context_of(name) == context]
        found[f"{context}.tells.{service}"] = _send(context, queue, said, deliveryMode=2, mandatory=True)
    if names:
        found[f"{service}.hears"] = _receive(service, queue, names)
        found[f"{service}.buries"] = _send(service, dead, names, deliveryMode=2, mandatory=True)
        found[f"{OPERATOR}.takes.{dead}"] = _receive(OPERATOR, dead, names)
    return found


def _of_requests(caller: str, spoken: Mapping[str, type[Message]]) -> Document:
    """What this caller asks, and who answers."""
    found: Document = {}
    for queue, requests in requests_by_queue(spoken).items():
        for name in requests:
            context = context_of(name)
            reply = {"reply": _reply(caller, spoken[name])}
            asked = _send(caller, queue, [name], deliveryMode=1, mandatory=True)
            found[f"{caller}.asks.{name}"] = asked | reply
            found[f"{context}.answers.{name}"] = _receive(context, queue, [name]) | reply
    return found


def _reply(caller: str, request: type[Message]) -> Document:
    if not issubclass(request, Request):
        raise TypeError(f"{request.type_name} is no request")
    channel = reply_channel(caller)
    return {
        "address": {"location": "$message.header#/reply_to", "description": "The property reply_to of AMQP."},
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": _of_channel(channel, [request.answer_type().type_name, REFUSAL, FAULT, LATE]),
    }


def _send(component: str, channel: str, messages: Sequence[str], **binding: Any) -> Document:
    return _operation("send", component, channel, messages, {"userId": component, **binding})


def _receive(component: str, channel: str, messages: Sequence[str]) -> Document:
    return _operation("receive", component, channel, messages, {"ack": True})


def _operation(
    action: str, component: str, channel: str, messages: Sequence[str], binding: Mapping[str, Any]
) -> Document:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": _of_channel(channel, messages),
        "tags": [{"name": component}],
        "bindings": {"amqp": {**binding, **BINDING}},
    }


def _of_channel(channel: str, names: Iterable[str]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names]
