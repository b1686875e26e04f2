"""The AsyncAPI 3.0 document, generated from the topology and the models: who sends what to whom, and what it
looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chassis.messaging.message import Command, Event, Message, Query, Reply, Request, context_of
from chassis.messaging.topology import (
    BROADCAST,
    DEAD_TTL,
    EVENTS_MAX_LENGTH,
    OPERATOR,
    RPC_MAX_LENGTH,
    RPC_TTL,
    Topology,
    dead_queue,
    rpc_queue,
)
from chassis.security.sealing import Sealed
from mypage.schemas import REFUSAL, WireSchema

FAULT = "fault"

_BINDING = {"bindingVersion": "0.3.0"}
_KINDS = (Command, Query, Reply, Event)
_REQUEST_HEADERS, _EVENT_HEADERS, _OUTCOME_HEADERS = "headers.request", "headers.event", "headers.outcome"
_HEADERS = {
    _REQUEST_HEADERS: {
        "type": "object",
        "required": ["x-timeout-ms"],
        "properties": {
            "x-timeout-ms": {
                "type": "integer",
                "minimum": 0,
                "description": "What is left of the caller's deadline.",
            },
            "x-request-id": {"type": "string", "description": "Of the page request that asks, for the logs."},
        },
    },
    _EVENT_HEADERS: {
        "type": "object",
        "properties": {
            "x-attempt": {
                "type": "integer",
                "minimum": 1,
                "description": "Which try of handling it this is; 1 where it is absent.",
            },
            "x-error-type": {
                "type": "string",
                "description": "In a dead letter: the class of what went wrong, never its text.",
            },
        },
    },
    _OUTCOME_HEADERS: {
        "type": "object",
        "required": ["x-outcome"],
        "properties": {
            "x-outcome": {
                "type": "string",
                "enum": ["refused", "failed"],
                "description": "Why this is no reply.",
            }
        },
    },
}

Document = dict[str, Any]


def asyncapi(topology: Topology, models: Mapping[str, type[BaseModel]]) -> Document:
    """The document: `models` are all that cross a process boundary, by wire name."""
    spoken: dict[str, type[Message]] = {
        name: model for name, model in sorted(models.items()) if issubclass(model, Message)
    }
    schemas, definitions = models_json_schema(
        [(model, "validation") for model in (*spoken.values(), models[REFUSAL])],
        ref_template="#/components/schemas/{model}",
        schema_generator=WireSchema,
    )
    payloads = {name: schemas[(model, "validation")] for name, model in spoken.items()}
    outcomes = {REFUSAL: schemas[(models[REFUSAL], "validation")], FAULT: {"type": "object"}}
    return {
        "asyncapi": "3.0.0",
        "info": _INFO,
        "defaultContentType": "application/json",
        "servers": {"broker": _SERVER},
        "channels": _channels(topology, spoken),
        "operations": _operations(topology, spoken),
        "components": {
            "messages": {
                **{name: _message(name, model, payloads[name]) for name, model in spoken.items()},
                **{name: _outcome(name, payload) for name, payload in outcomes.items()},
            },
            "schemas": {**_HEADERS, **definitions["$defs"]},
            "securitySchemes": {
                "component": {
                    "type": "userPassword",
                    "description": "One user for each component, with its own rights.",
                }
            },
        },
    }


_INFO = {
    "title": "あいコムこうか マイページ",
    "version": "1",
    "description": "Each type carries its own version; docs/messages.md says how one changes. `x-sealed`: one service alone can read it.",
}
_SERVER = {
    "host": "{broker}",
    "protocol": "amqp",
    "protocolVersion": "0.9.1",
    "description": "RabbitMQ with the generated deploy/rabbitmq/definitions.json.",
    "variables": {"broker": {"description": "Host and port, from the MYPAGE_AMQP_URL of each component."}},
    "security": [{"$ref": "#/components/securitySchemes/component"}],
}


def _message(name: str, model: type[Message], payload: Document) -> Document:
    kinds = {key: field.annotation for key, field in model.model_fields.items()}
    sealed = [key for key, kind in kinds.items() if isinstance(kind, type) and issubclass(kind, Sealed)]
    found: Document = {"name": name, "title": model.__name__}
    if model.__doc__:
        found["description"] = " ".join(model.__doc__.split())
    if issubclass(model, Request):
        found |= {"headers": _schema(_REQUEST_HEADERS), "correlationId": _CORRELATION}
    elif issubclass(model, Reply):
        found["correlationId"] = _CORRELATION
    else:
        found["headers"] = _schema(_EVENT_HEADERS)
    found |= {
        "payload": payload,
        "tags": [{"name": kind.__name__.lower()} for kind in _KINDS if issubclass(model, kind)],
        **_typed(name),
    }
    return found | ({"x-sealed-fields": sealed} if sealed else {})


_CORRELATION = {
    "location": "$message.header#/correlation_id",
    "description": "The property correlation_id of AMQP.",
}


def _outcome(name: str, payload: Document) -> Document:
    return {
        "name": name,
        "headers": _schema(_OUTCOME_HEADERS),
        "correlationId": _CORRELATION,
        "payload": payload,
        **_typed(name),
    }


def _typed(name: str) -> Document:
    return {"bindings": {"amqp": {"messageType": name, **_BINDING}}}


def _schema(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def _channels(topology: Topology, spoken: Mapping[str, type[Message]]) -> Document:
    found: Document = {}
    for queue in topology.work_queues():
        heard, dead = [key for _, key in queue.bindings], dead_queue(queue.name)
        found[queue.name] = _queue(
            queue.name, heard, f"Events for one service: a quorum queue of at most {EVENTS_MAX_LENGTH:,}."
        )
        found[dead] = _queue(dead, heard, f"What could not be handled, for {DEAD_TTL // 86400} days.")
    for name, requests in _by_lane(spoken).items():
        found[name] = _queue(
            name,
            requests,
            f"Requests: at most {RPC_MAX_LENGTH}, {RPC_TTL} seconds; gone with its last consumer.",
            autoDelete=True,
        )
    replies = [name for name, model in spoken.items() if issubclass(model, Reply)]
    for caller in topology.callers:
        found[_replies(caller)] = {
            "address": None,
            "description": "A queue of one process, named in reply_to.",
            "messages": _components([*replies, REFUSAL, FAULT]),
            "bindings": {
                "amqp": {
                    "is": "queue",
                    "queue": {"durable": False, "exclusive": True, "autoDelete": True},
                    **_BINDING,
                }
            },
        }
    found[BROADCAST] = {
        "address": BROADCAST,
        "description": "A fanout exchange to every process that asks.",
        "messages": _components(_broadcast(spoken)),
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": BROADCAST, "type": "fanout", "durable": True},
                **_BINDING,
            }
        },
    }
    return found


def _queue(name: str, messages: Sequence[str], description: str, *, autoDelete: bool = False) -> Document:  # noqa: N803 - AsyncAPI's word
    queue = {"name": name, "durable": True, "exclusive": False, "autoDelete": autoDelete}
    return {
        "address": name,
        "description": description,
        "messages": _components(messages),
        "bindings": {"amqp": {"is": "queue", "queue": queue, **_BINDING}},
    }


def _components(names: Iterable[str]) -> Document:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _replies(caller: str) -> str:
    return f"{caller}.reply"


def _by_lane(spoken: Mapping[str, type[Message]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, model in spoken.items():
        if issubclass(model, Request):
            found.setdefault(rpc_queue(context_of(name), model.lane).name, []).append(name)
    return found


def _broadcast(spoken: Mapping[str, type[Message]]) -> list[str]:
    return [name for name, model in spoken.items() if issubclass(model, Event) and model.broadcast]


def _operations(topology: Topology, spoken: Mapping[str, type[Message]]) -> Document:
    found: Document = {}
    for service, heard in topology.subscriptions.items():
        names = [event.type_name for event in heard]
        queue, dead = f"{service}.events", dead_queue(f"{service}.events")
        for context in dict.fromkeys(map(context_of, names)):
            said = [name for name in names if context_of(name) == context]
            found[f"{context}.tells.{service}"] = _send(context, queue, said, deliveryMode=2, mandatory=True)
        if names:
            found[f"{service}.hears"] = _receive(service, queue, names)
            found[f"{service}.buries"] = _send(service, dead, names, deliveryMode=2, mandatory=True)
            found[f"{OPERATOR}.takes.{dead}"] = _receive(OPERATOR, dead, names)
    for caller in topology.callers:
        for queue, requests in _by_lane(spoken).items():
            for name in requests:
                reply = {"reply": _reply(caller, spoken[name])}
                found[f"{caller}.asks.{name}"] = (
                    _send(caller, queue, [name], deliveryMode=1, mandatory=True) | reply
                )
                found[f"{context_of(name)}.answers.{name}"] = (
                    _receive(context_of(name), queue, [name]) | reply
                )
        found[f"{caller}.hears"] = _receive(caller, BROADCAST, _broadcast(spoken))
    for name in _broadcast(spoken):
        found[f"{context_of(name)}.tells.all.{name}"] = _send(
            context_of(name), BROADCAST, [name], deliveryMode=2, mandatory=False
        )
    return found


def _reply(caller: str, request: type[Message]) -> Document:
    if not issubclass(request, Request):
        raise TypeError(f"{request.type_name} is no request")
    channel = _replies(caller)
    return {
        "address": {"location": "$message.header#/reply_to", "description": "The property reply_to of AMQP."},
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": _of_channel(channel, [request.answer_type().type_name, REFUSAL, FAULT]),
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
        "bindings": {"amqp": {**binding, **_BINDING}},
    }


def _of_channel(channel: str, names: Iterable[str]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names]
