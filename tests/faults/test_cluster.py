"""A broker of three nodes: the death of any one of them loses nothing, and no publisher stays refused by the
two that are left.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from faults.checker import at_rest, violations
from faults.cluster import RabbitCluster
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.servers import COMPONENTS, Servers
from testbuild import guards_of_messaging

from chassis.messaging.bus import NotPublished
from chassis.messaging.message import Outgoing
from chassis.messaging.rabbit import RabbitBus, channels
from chassis.messaging.topology import EVENTS
from messages.topology import TOPOLOGY
from mypage.local.postgres import PrivatePostgres

CUSTOMERS = 60
WORK_QUEUES = [queue.name for queue in TOPOLOGY.work_queues()]
DEAD_FOR = 3.0  # seconds, at least
EVENT, HEARD_BY = "registration.account_activated.v1", "identity.events"
NEW_LEADER_WITHIN = 20.0  # seconds; half a second on a machine of its own


async def test_killing_the_leader_of_each_queue_in_turn_loses_nothing(
    cluster: RabbitCluster, make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Under load, with the connections of the processes spread over the nodes."""
    plant = await make_plant(broker=cluster, proxies=[(component, "amqp") for component in COMPONENTS])
    await cluster.settle()
    customers = some_customers(CUSTOMERS, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=1.5, seed=seed) as load:
        for queue in WORK_QUEUES:
            await load.until(load.done_count + 2)
            leader = await cluster.leader_of(queue, plant.servers.vhost)
            ledger.done(leader, "kill", leads=queue)
            killed_at = time.monotonic()
            await cluster.kill_node(leader)
            await cluster.leader_of(queue, plant.servers.vhost)
            led_again = time.monotonic() - killed_at
            await asyncio.sleep(DEAD_FOR)
            missing = await plant.not_ready()
            await cluster.start_node(leader)
            back = time.monotonic() - killed_at
            ready = await plant.ready(within=60)
            ledger.note(
                "figure",
                "cluster",
                queue=queue,
                led_again=led_again,
                node_back=back,
                ready=back + ready,
                not_ready=missing,
            )
    await at_rest(plant, within=60)
    assert load.gave_up == {}
    assert await violations(plant, ledger, customers=customers) == []


async def taken_again_after(cluster: RabbitCluster, servers: Servers) -> float | None:
    """A publisher whose first message meets a queue without a leader tries on; after how many seconds one is
    taken, None for never.

    Publishers begin one after the other from the kill on, since nobody knows when the new leader will be
    there. The dead node stays dead meanwhile: with it, even a refused channel would come to its senses.
    """
    leader = await cluster.leader_of(HEARD_BY, servers.vhost)
    living = [cluster.port_of(name) for name in cluster.names if name != leader]
    buses = [RabbitBus(servers.amqp_url("registration", port=port)) for port in 6 * living]
    for bus in buses:
        bus.start()
    while any(bus.problem() for bus in buses):
        await asyncio.sleep(0.05)
    killed_at, killing = time.monotonic(), asyncio.create_task(cluster.kill_node(leader))
    try:
        taken = await asyncio.gather(
            *(_until_taken(bus, killed_at, first=number * 0.02) for number, bus in enumerate(buses))
        )
        await killing
    finally:
        await asyncio.gather(*(bus.close() for bus in buses))
        await cluster.start_node(leader)
    return None if None in taken else max(each for each in taken if each is not None)


async def _until_taken(bus: RabbitBus, since: float, *, first: float) -> float | None:
    await asyncio.sleep(first)
    while time.monotonic() < since + NEW_LEADER_WITHIN:
        try:
            await bus.publish(Outgoing(EVENTS, EVENT, EVENT, uuid4(), b"{}", persistent=True), within=2)
        except NotPublished:
            await asyncio.sleep(0.1)
        else:
            return time.monotonic() - since
    return None


@pytest.fixture
async def broken_in(
    cluster: RabbitCluster, postgres: PrivatePostgres, tmp_path: Path
) -> AsyncIterator[Servers]:
    """A virtual host on the cluster, without a plant."""
    servers = Servers(cluster, postgres, tmp_path, are_own=False)
    await servers._prepare_broker()
    await cluster.settle()
    yield servers
    await servers.stop()


async def test_a_publisher_whose_first_message_met_a_dead_leader_is_heard_by_the_new_one(
    cluster: RabbitCluster, broken_in: Servers, ledger: Ledger
) -> None:
    """RabbitMQ 3.10 refuses such a channel for as long as the node is dead: a fresh one takes its place."""
    seconds = await taken_again_after(cluster, broken_in)
    ledger.note("figure", "cluster_taken_again", seconds=seconds)
    assert seconds is not None


async def test_without_fresh_channel_a_publisher_that_met_a_dead_leader_is_refused_for_good(
    cluster: RabbitCluster, broken_in: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And this suite would notice, unless no first message met the moment without a leader, five times."""
    monkeypatch.setattr(
        channels.PublishChannels, "retire", channels.PublishChannels.retire
    )  # to be put back after the test
    guards_of_messaging.fresh_channel(channels)
    taken: float | None = 0.0
    for _ in range(5):
        taken = await taken_again_after(cluster, broken_in)
        if taken is None:
            break
        await cluster.settle()
    assert taken is None
