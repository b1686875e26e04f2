"""Exchanges, queues and limits, in one place. Both transports and `deploy/rabbitmq/definitions.json` are
built from it (ADR 0001).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chassis.messaging.message import Event, Lane
from chassis.process.system import SYSTEM

EVENTS = f"{SYSTEM}.events"
BROADCAST = f"{SYSTEM}.broadcast"
REPLIES = f"{SYSTEM}.replies"
KEYS = f"{SYSTEM}.keys"
DEAD = f"{SYSTEM}.dead"
RETRY = f"{SYSTEM}.retry"

OPERATOR = "operator"  # the broker user of operators' commands: reads dead letters and puts them back

RETRY_DELAYS: Mapping[str, int] = {"10s": 10, "1m": 60, "10m": 600}  # seconds, in the order of attempts
SHORTEST_RETRY = next(iter(RETRY_DELAYS))
RPC_TTL = 10  # seconds
RPC_MAX_LENGTH = 500
EVENTS_MAX_LENGTH = 100_000
DELIVERY_LIMIT = 20
DEAD_DELIVERY_LIMIT = 1_000_000  # looking at a dead letter puts it back, and must never drop it
SET_ASIDE_MAX_LENGTH = 100_000  # of each dead queue and each waiting room
SET_ASIDE_MAX_BYTES = 1024**3
DEAD_TTL = 14 * 24 * 3600  # seconds


class QueueKind(StrEnum):
    """How long a queue lives and who declares it."""

    WORK = "work"  # durable quorum queue from the definitions: events
    RPC = "rpc"  # classic, auto-delete: gone with its last consumer, so that a caller knows at once (D4)
    REPLY = "reply"  # exclusive to one process (D5)


@dataclass(frozen=True)
class Queue:
    """A queue to consume from, with what it is bound to: (exchange, routing key)."""

    name: str
    kind: QueueKind
    bindings: tuple[tuple[str, str], ...] = ()


def rpc_exchange(service: str) -> str:
    """Each service's requests have an exchange of their own, so that permissions can tell callers apart."""
    return f"{service}.rpc"


def rpc_queue(service: str, lane: Lane) -> Queue:
    """The request queue of one lane of a service."""
    name = f"{service}.{lane}"
    return Queue(name, QueueKind.RPC, ((rpc_exchange(service), name),))


def reply_queue(process: str, instance: str) -> Queue:
    """Where one process hears its replies and the broadcasts."""
    name = f"{process}.reply.{instance}"
    return Queue(name, QueueKind.REPLY, ((REPLIES, name), (BROADCAST, "")))


def keys_queue(component: str, instance: str) -> Queue:
    """Where one process hears which keys the others have."""
    return Queue(f"{component}.keys.{instance}", QueueKind.REPLY, ((KEYS, ""),))


def events_queue(service: str, heard: Iterable[type[Event]] = ()) -> Queue:
    """The work queue of a service, with the events that it hears."""
    return Queue(f"{service}.events", QueueKind.WORK, tuple((EVENTS, event.type_name) for event in heard))


def dead_queue(queue: str) -> str:
    """Where what could not be handled lies for 14 days."""
    return f"{queue}.dead"


def retry_exchange(delay: str) -> str:
    """The waiting room of that delay, shared by all services."""
    return f"{RETRY}.{delay}"


@dataclass(frozen=True)
class Topology:
    """The whole of it: who hears which events, who answers requests, who only calls."""

    subscriptions: Mapping[str, tuple[type[Event], ...]]
    answering: tuple[str, ...]
    callers: tuple[str, ...] = field(default=())

    def work_queues(self) -> list[Queue]:
        """One per service that hears anything."""
        return [events_queue(service, heard) for service, heard in self.subscriptions.items() if heard]
