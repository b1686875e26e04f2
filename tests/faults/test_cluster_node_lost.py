"""A node of the broker dies and never comes back; request queues lived on it (ADR 0020, runbook 4)."""

from __future__ import annotations

import asyncio

from faults.checker import at_rest, violations
from faults.cluster import RabbitCluster
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.probe import Probe
from faults.servers import COMPONENTS

ASKED = "identity.rpc"
HEALED_WITHIN = 30.0  # seconds after the operator's command


async def test_a_node_that_is_forgotten_takes_no_lane_with_it_for_good(
    cluster: RabbitCluster, make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Its lanes are answered 503 until the node is forgotten; then the services make their queues anew, and
    nothing was lost.
    """
    plant = await make_plant(broker=cluster, proxies=[(component, "amqp") for component in COMPONENTS])
    await cluster.settle()
    customers = some_customers(13, seed=seed)
    await import_customers(plant, customers)
    async with (
        Load(plant, ledger, customers[:12], per_second=2, seed=seed) as load,
        Probe(plant, ledger, customers[12]) as probe,
    ):
        await load.until(2)
        home = await cluster.home_of(ASKED, plant.servers.vhost)
        ledger.done(home, "kill", holds=ASKED)
        await cluster.kill_node(home)
        await asyncio.sleep(5)
        meanwhile = (await probe.ask()).status
        ledger.done(home, "forget")
        await cluster.forget_node(home)
        served = await probe.until_served(HEALED_WITHIN)
        ledger.note("figure", "cluster_node_forgotten", meanwhile=meanwhile, served=round(served, 2))
        await plant.ready()
    await at_rest(plant, within=60)
    assert load.gave_up == {}
    assert await violations(plant, ledger, customers=customers) == []
