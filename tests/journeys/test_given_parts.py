"""A database server and a broker that are there already, as the environment names them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from journeys.system import System

from chassis.messaging.rabbit.definitions import definitions
from messages.topology import TOPOLOGY
from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit

VHOST = "given"


@pytest.mark.parametrize("processes", [False, True], ids=["one process", "five processes"])
async def test_the_system_runs_on_a_given_broker_and_a_given_database_server(
    postgres: PrivatePostgres, rabbit: PrivateRabbit, run_directory: Path, processes: bool
) -> None:
    """MYPAGE_AMQP_URL and MYPAGE_DATABASE_URL; nothing of ours is started beside them, and no demo data are
    loaded.
    """
    document = definitions(TOPOLOGY, passwords={}, vhost=VHOST)  # one user for all, here
    await rabbit.api("POST", "/api/definitions", document)
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    await rabbit.api("PUT", f"/api/permissions/{VHOST}/private-admin", everything)
    folder = run_directory / f"given-{processes}"
    folder.mkdir(mode=0o755)
    given = {"MYPAGE_AMQP_URL": rabbit.url(vhost=VHOST), "MYPAGE_DATABASE_URL": postgres.url()}
    system = System(folder, processes=processes, **given)
    await system.start()
    queues = {queue["name"] for queue in await rabbit.api("GET", f"/api/queues/{VHOST}")}
    assert {"identity.rpc", "registration.rpc.slow", "billing.rpc"} <= queues
    contracts = "mypage/local/demo/contracts.csv"
    code, said = await system.run("contracts", "import", contracts, "--dry-run", "--json")
    assert (code, json.loads(said)["added"]) == (0, 12)
    assert await system.stop() == 0
    assert not (folder / "postgres").exists()
    assert not (folder / "rabbitmq").exists()
