"""The AsyncAPI 3.0 document, generated from the topology and the models: who sends what to whom, and what it
looks like.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chassis.messaging.key_proofs import STATED
from chassis.messaging.message import Message
from chassis.messaging.shared_messages import SHARED
from chassis.messaging.topology import Topology
from messages.company import CompanyProfile
from mypage.schemas.asyncapi.channels import channels
from mypage.schemas.asyncapi.messages import (
    FAULT,
    HEADERS,
    LATE,
    Document,
    keys_stated,
    message,
    outcome,
    shared,
)
from mypage.schemas.asyncapi.operations import operations
from mypage.schemas.snapshots import REFUSAL, WireSchema

_INFO = {
    # Not from the environment: the document is kept in the repository.
    "title": CompanyProfile().service_name,
    "version": "1",
    "description": (
        "Each type carries its own version; docs/messages.md says how one changes. "
        "`x-sealed`: one service alone can read it."
    ),
}
_SERVER = {
    "host": "{broker}",
    "protocol": "amqp",
    "protocolVersion": "0.9.1",
    "description": "RabbitMQ with the generated deploy/rabbitmq/definitions.json.",
    "variables": {"broker": {"description": "Host and port, from the MYPAGE_AMQP_URL of each component."}},
    "security": [{"$ref": "#/components/securitySchemes/component"}],
}


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
    outcomes = {
        REFUSAL: schemas[(models[REFUSAL], "validation")],
        FAULT: {"type": "object"},
        LATE: {"type": "object"},
    }
    return {
        "asyncapi": "3.0.0",
        "info": _INFO,
        "defaultContentType": "application/json",
        "servers": {"broker": _SERVER},
        "channels": channels(topology, spoken),
        "operations": operations(topology, spoken),
        "components": {
            "messages": {
                **{name: message(name, model, payloads[name]) for name, model in spoken.items()},
                **{name: outcome(name, payload) for name, payload in outcomes.items()},
                SHARED: shared(),
                STATED: keys_stated(),
            },
            "schemas": {**HEADERS, **definitions["$defs"]},
            "securitySchemes": {
                "component": {
                    "type": "userPassword",
                    "description": "One user for each component, with its own rights.",
                }
            },
        },
    }
