"""Each message of the AsyncAPI document: its headers, its payload, and how its reply finds back."""

from __future__ import annotations

from typing import Any

from chassis.messaging.key_proofs import STATED
from chassis.messaging.message import Command, Event, Message, Query, Reply, Request
from chassis.messaging.shared_messages import MOST_TOGETHER, SHARED
from chassis.security.key_agreement import KeyStatement
from mypage.schemas.snapshots import sealed_fields

FAULT, LATE = "fault", "late"
BINDING = {"bindingVersion": "0.3.0"}

Document = dict[str, Any]

_KINDS = (Command, Query, Reply, Event)
_REQUEST_HEADERS, _EVENT_HEADERS, _OUTCOME_HEADERS = "headers.request", "headers.event", "headers.outcome"
HEADERS = {
    _REQUEST_HEADERS: {
        "type": "object",
        "required": ["x-timeout-ms"],
        "properties": {
            "x-timeout-ms": {
                "type": "integer",
                "minimum": 0,
                "description": "What is left of the caller's deadline.",
            },
            "x-sent-ms": {
                "type": "integer",
                "description": "When it was sent, on the caller's monotonic clock: only differences count.",
            },
            "x-request-id": {"type": "string", "description": "Of the page request that asks, for the logs."},
            "x-reads-shared": {
                "type": "integer",
                "const": 1,
                "description": "Where it is present, the answer may come in a shared message.",
            },
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
            "x-publisher": {
                "type": "string",
                "description": "On a copy: who said it first, as the consumer verified it.",
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
                "enum": ["refused", "failed", "late"],
                "description": "Why this is no reply.",
            }
        },
    },
}


_CORRELATION = {
    "location": "$message.header#/correlation_id",
    "description": "The property correlation_id of AMQP.",
}


def message(name: str, model: type[Message], payload: Document) -> Document:
    """One message of ours; `payload` is its schema."""
    sealed = sealed_fields(model)
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


def outcome(name: str, payload: Document) -> Document:
    """What comes instead of a reply: a refusal or a fault."""
    return {
        "name": name,
        "headers": _schema(_OUTCOME_HEADERS),
        "correlationId": _CORRELATION,
        "payload": payload,
        **_typed(name),
    }


def shared() -> Document:
    """Several calls, or several answers, of one way (ADR 0035)."""
    text = {"type": "string"}
    part = {
        "type": "object",
        "required": ["type", "message_id", "correlation_id", "headers", "body"],
        "properties": {
            "type": text,
            "message_id": text,
            "correlation_id": {"type": ["string", "null"]},
            "headers": {"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
            "body": {"type": "string", "description": "The payload that its type promises, as JSON."},
        },
    }
    return {
        "name": SHARED,
        "description": "Each part is what it would be as a message of its own.",
        "payload": {"type": "array", "items": part, "minItems": 1, "maxItems": MOST_TOGETHER},
        **_typed(SHARED),
    }


def keys_stated() -> Document:
    """What one process says of its keys, by fingerprints alone."""
    return {
        "name": STATED,
        "description": "Ids of the keys that it has, and of the public keys of others that it uses.",
        "payload": KeyStatement.model_json_schema(),
        **_typed(STATED),
    }


def _typed(name: str) -> Document:
    return {"bindings": {"amqp": {"messageType": name, **BINDING}}}


def _schema(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}
