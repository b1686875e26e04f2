"""This system's topology: the chassis' rules applied to our subscriptions."""

from __future__ import annotations

from chassis.messaging.topology import Topology
from messages.subscriptions import ANSWERING_SERVICES, CALLERS, SUBSCRIPTIONS

TOPOLOGY = Topology(SUBSCRIPTIONS, ANSWERING_SERVICES, CALLERS)
