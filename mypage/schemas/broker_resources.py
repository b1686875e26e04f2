"""The broker's definitions as objects of RabbitMQ's Messaging Topology Operator: run with a file's path, it
renews it. Each user's password comes from a Secret `broker-user-<name>` (`username`, `password`). Source: the
operator's custom resource definitions, rabbitmq.com/v1beta1.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chassis.messaging.rabbit.definitions import broker_users, definitions
from messages.topology import TOPOLOGY

CLUSTER = "broker"
_HEAD = "# Made by `make definitions`, of the code that makes deploy/rabbitmq/definitions.json.\n"
Spec = Mapping[str, Any]


def broker_resources() -> str:
    """All objects as YAML documents; JSON is YAML, so each is one line of it."""
    everybody = dict.fromkeys(broker_users(TOPOLOGY), "")  # their passwords are in Secrets
    told = definitions(TOPOLOGY, passwords=everybody)
    return _HEAD + "".join(f"---\n{json.dumps(each, ensure_ascii=False)}\n" for each in _objects(told))


def _objects(told: Mapping[str, list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    for user in told["users"]:
        name = user["name"]
        yield _object("User", name, {"importCredentialsSecret": {"name": f"broker-user-{name}"}})
    for each in told["permissions"]:
        may = {key: each[key] for key in ("configure", "write", "read")}
        yield _object("Permission", each["user"], _of_user(each, may))
    for each in told["topic_permissions"]:
        may = {key: each[key] for key in ("exchange", "write", "read")}
        yield _object("TopicPermission", each["user"], _of_user(each, may))
    for each in told["exchanges"]:
        spec = {"type": each["type"], "durable": each["durable"], "autoDelete": each["auto_delete"]}
        yield _object("Exchange", each["name"], _named(each, spec))
    for each in told["queues"]:
        spec = {"durable": each["durable"], "autoDelete": each["auto_delete"]}
        spec["type"] = each["arguments"]["x-queue-type"]
        yield _object("Queue", each["name"], _named(each, spec))
    for each in told["bindings"]:
        spec = {"vhost": each["vhost"], "source": each["source"], "routingKey": each["routing_key"]}
        spec |= {"destination": each["destination"], "destinationType": each["destination_type"]}
        yield _object("Binding", f"{each['source']}.{each['routing_key']}.{each['destination']}", spec)
    for each in told["policies"]:
        spec = {"pattern": each["pattern"], "applyTo": each["apply-to"], "priority": each["priority"]}
        yield _object("Policy", each["name"], _named(each, spec | {"definition": each["definition"]}))


def _of_user(each: Spec, may: Spec) -> Spec:
    return {"vhost": each["vhost"], "userReference": {"name": each["user"]}, "permissions": may}


def _named(each: Spec, spec: Spec) -> Spec:
    return {"name": each["name"], "vhost": each["vhost"], **spec}


def _object(kind: str, name: str, spec: Spec) -> dict[str, Any]:
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": kind,
        "metadata": {"name": _as_object_name(name)},
        "spec": {**spec, "rabbitmqClusterReference": {"name": CLUSTER}},
    }


def _as_object_name(name: str) -> str:
    """RFC 1123: small letters, digits, `-`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(broker_resources(), encoding="utf-8")
