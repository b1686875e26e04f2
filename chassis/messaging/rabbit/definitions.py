"""The broker's definitions file, generated from the topology: queues and bindings, limits as policies, one
least-privileged user for each whose password is given.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from chassis.messaging.topology import (
    BROADCAST,
    DEAD,
    DEAD_DELIVERY_LIMIT,
    DEAD_TTL,
    DELIVERY_LIMIT,
    EVENTS,
    EVENTS_MAX_LENGTH,
    KEYS,
    OPERATOR,
    REPLIES,
    RETRY_DELAYS,
    RPC_MAX_LENGTH,
    RPC_TTL,
    SET_ASIDE_MAX_BYTES,
    SET_ASIDE_MAX_LENGTH,
    SHORTEST_RETRY,
    Queue,
    Topology,
    dead_queue,
    retry_exchange,
    rpc_exchange,
)
from chassis.process.system import SYSTEM

_QUORUM = {"x-queue-type": "quorum"}
_DURABLE_EXCHANGE = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
_SALT_BYTES = 4
_SAFE = {"overflow": "reject-publish", "dead-letter-strategy": "at-least-once"}

# A publisher hears when it is full, and keeps what it has.
_BOUNDED = {
    "max-length": SET_ASIDE_MAX_LENGTH,
    "max-length-bytes": SET_ASIDE_MAX_BYTES,
    "overflow": "reject-publish",
}


class UnknownUser(ValueError):
    """Passwords were given for users that are none of ours; `names` are theirs."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"no users of the broker: {', '.join(names)}")
        self.names = names


def broker_users(topology: Topology) -> tuple[str, ...]:
    """Everybody who logs in at the broker."""
    return (*topology.subscriptions, *topology.callers, OPERATOR)


def definitions(topology: Topology, *, passwords: Mapping[str, str], vhost: str = "/") -> dict[str, Any]:
    """What RabbitMQ loads at boot, or from `rabbitmqctl import_definitions` at any time (ADR 0049).

    A user is in it with his permissions when his password is given, hashed. About anybody else it says
    nothing: he keeps his password and permissions. Permissions of a user who does not exist yet would make
    the broker refuse all of it. Raises UnknownUser for a password that belongs to none of our users.
    """
    users = broker_users(topology)
    if unknown := passwords.keys() - set(users):
        raise UnknownUser(sorted(unknown))
    work = topology.work_queues()
    permissions = [{"vhost": vhost, **each} for each in _permissions(topology)]
    topic_permissions = [{"vhost": vhost, **each} for each in _topic_permissions(topology)]
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(name, passwords[name]) for name in users if name in passwords],
        "permissions": [each for each in permissions if each["user"] in passwords],
        "topic_permissions": [each for each in topic_permissions if each["user"] in passwords],
        "exchanges": [
            {"name": name, "vhost": vhost, "type": kind, **_DURABLE_EXCHANGE}
            for name, kind in _exchanges(topology)
        ],
        "queues": [
            {"name": name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": _QUORUM}
            for name in _queue_names(work)
        ],
        "bindings": [
            {"vhost": vhost, "destination_type": "queue", "arguments": {}, **each} for each in _bindings(work)
        ],
        "policies": [
            {"vhost": vhost, "apply-to": "queues", "priority": 1, **each} for each in _policies(work)
        ],
    }


def _user(name: str, password: str) -> dict[str, str]:
    return {
        "name": name,
        "tags": "",
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "password_hash": password_hash(password, salt=secrets.token_bytes(_SALT_BYTES)),
    }


def password_hash(password: str, *, salt: bytes) -> str:
    """As RabbitMQ keeps it: base64 of a salt of four bytes and SHA-256 of salt and password
    (rabbitmq.com/docs/passwords, "Computing Password Hash").
    """
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _exchanges(topology: Topology) -> list[tuple[str, str]]:
    return [
        (EVENTS, "topic"),
        (BROADCAST, "fanout"),
        (REPLIES, "direct"),
        (KEYS, "fanout"),
        (DEAD, "direct"),
        *((retry_exchange(delay), "fanout") for delay in RETRY_DELAYS),
        *((rpc_exchange(service), "direct") for service in topology.answering),
    ]


def _queue_names(work: list[Queue]) -> list[str]:
    names = [queue.name for queue in work]
    return [*names, *map(dead_queue, names), *map(retry_exchange, RETRY_DELAYS)]


def _bindings(work: list[Queue]) -> list[dict[str, str]]:
    heard = [
        {"source": source, "routing_key": key, "destination": queue.name}
        for queue in work
        for source, key in queue.bindings
    ]
    dead = [
        {"source": DEAD, "routing_key": queue.name, "destination": dead_queue(queue.name)} for queue in work
    ]
    waits = [
        {"source": retry_exchange(delay), "routing_key": "", "destination": retry_exchange(delay)}
        for delay in RETRY_DELAYS
    ]
    return heard + dead + waits


def _policies(work: list[Queue]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for queue in work:
        limits = {
            "delivery-limit": DELIVERY_LIMIT,
            "max-length": EVENTS_MAX_LENGTH,
            "dead-letter-exchange": DEAD,
        }
        found.append(_policy(queue.name, {**limits, "dead-letter-routing-key": queue.name, **_SAFE}))
        kept = {"message-ttl": DEAD_TTL * 1000, "delivery-limit": DEAD_DELIVERY_LIMIT}
        found.append(_policy(dead_queue(queue.name), {**kept, **_BOUNDED}))
    for delay, seconds in RETRY_DELAYS.items():
        limits = {"delivery-limit": DELIVERY_LIMIT, "dead-letter-exchange": "", **_BOUNDED, **_SAFE}
        found.append(_policy(retry_exchange(delay), {**limits, "message-ttl": seconds * 1000}))
    limits = {"max-length": RPC_MAX_LENGTH, "overflow": "reject-publish", "message-ttl": RPC_TTL * 1000}
    found.append({"name": "rpc", "pattern": r"^[a-z]+\.rpc(\.slow)?$", "definition": limits})
    return found


def _policy(queue: str, definition: dict[str, Any]) -> dict[str, Any]:
    return {"name": queue, "pattern": _exactly(queue), "definition": definition}


def _exactly(name: str) -> str:
    return rf"^{name.replace('.', chr(92) + '.')}$"


def _permissions(topology: Topology) -> list[dict[str, str]]:
    """Nobody may read the events exchange, so nobody can eavesdrop; a caller writes only to request exchanges
    and its reply queue.

    The operator takes dead letters, and puts them into the shortest waiting room, from which they return to
    their work queue.
    """
    services = [_service_permission(service) for service in topology.subscriptions]
    callers = [_caller_permission(caller, topology.answering) for caller in topology.callers]
    put_back = _exactly(retry_exchange(SHORTEST_RETRY))
    operator = {"user": OPERATOR, "configure": "^$", "write": put_back, "read": r"^[a-z]+\.events\.dead$"}
    return [*services, *callers, operator]


def _topic_permissions(topology: Topology) -> list[dict[str, str]]:
    """Who may publish events may publish those of its own names only. Nobody binds by himself."""
    services = [(service, rf"^{service}\.") for service in topology.subscriptions]
    others = [(user, "^$") for user in (*topology.callers, OPERATOR)]
    return [
        {"user": user, "exchange": EVENTS, "write": write, "read": "^$"} for user, write in services + others
    ]


def _service_permission(service: str) -> dict[str, str]:
    own = rf"{service}\.(rpc|rpc\.slow|keys\..*)"
    return {
        "user": service,
        "configure": rf"^{own}$",
        "write": rf"^({own}|{SYSTEM}\.(events|broadcast|replies|keys|dead|retry\..*))$",
        "read": rf"^({service}\.(rpc|rpc\.slow|keys\..*|events)|{SYSTEM}\.keys)$",
    }


def _caller_permission(caller: str, answering: Iterable[str]) -> dict[str, str]:
    own = rf"{caller}\.(reply|keys)\..*"
    return {
        "user": caller,
        "configure": f"^{own}$",
        "write": rf"^(({'|'.join(answering)})\.rpc|{own}|{SYSTEM}\.keys)$",
        "read": rf"^({own}|{SYSTEM}\.(replies|broadcast|keys))$",
    }
