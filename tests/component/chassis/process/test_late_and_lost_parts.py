"""Components start in any order, wait for what they need, and come back when it comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

import pytest
from faults.proxy import Proxy
from support.virtual_host import a_virtual_host

from chassis.database.db import Database
from chassis.database.migrate import migrate
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.rpc_client import RpcClient, ServiceDown
from chassis.process.runner import Component, RunningComponent
from messages.billing import ChargesListed, ListCharges
from messages.values import BillingMonth
from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit


async def list_charges(service: object, query: ListCharges, received: DeliveryInfo) -> ChargesListed:
    """Answers."""
    return ChargesListed(statements=(), listed_months=12, first_listed_month=BillingMonth(2020, 7))


async def until(problem_is: bool, running: RunningComponent) -> None:
    """Waits for the readiness to change."""
    async with asyncio.timeout(20):
        while (await running.problem() is not None) != problem_is:
            await asyncio.sleep(0.05)


async def test_a_component_waits_for_its_broker_and_survives_the_loss_of_it(rabbit: PrivateRabbit) -> None:
    """First nobody listens on the port, then the broker does, then every connection is cut."""
    vhost, proxy = await a_virtual_host(rabbit), Proxy(lambda: rabbit.amqp_port)
    bus = RabbitBus(f"amqp://billing:{quote('billingpw')}@127.0.0.1:{proxy.port}/{vhost}")
    bus.start()
    running = RunningComponent(
        Component("billing", None, {ListCharges: list_charges}, callers=["gateway"]), bus
    )
    running.start()
    caller = RabbitBus(rabbit.url("gateway", "gatewaypw", vhost))
    caller.start()
    rpc = RpcClient(caller, process="gateway")
    await rpc.start()
    await asyncio.sleep(0.5)
    assert await running.problem() is not None
    with pytest.raises(ServiceDown):
        await rpc.call(ListCharges(session_assertion=""), within=5)

    await proxy.start()
    await until(False, running)
    assert (await rpc.call(ListCharges(session_assertion=""), within=5)).listed_months == 12

    await proxy.stop()
    await until(True, running)
    await proxy.start()
    await until(False, running)
    assert (await rpc.call(ListCharges(session_assertion=""), within=5)).listed_months == 12

    for part in (running.stop(), bus.close(), rpc.stop(), caller.close(), proxy.stop()):
        await part


async def test_a_component_waits_for_its_database_and_for_its_migrations(
    postgres: PrivatePostgres, rabbit: PrivateRabbit
) -> None:
    """The readiness page says which of the two is missing."""
    proxy = Proxy(lambda: postgres.port)
    vhost = await a_virtual_host(rabbit)
    server = await Database.open(postgres.url())
    async with server.own_connection() as connection:
        await connection.execute("CREATE DATABASE late")
    await server.close()
    url = postgres.url("late")
    database = await Database.open(url.replace(f":{postgres.port}/", f":{proxy.port}/"))
    bus = RabbitBus(rabbit.url("billing", "billingpw", vhost))
    bus.start()
    component = Component(
        "billing", None, {ListCharges: list_charges}, database=database, migrations=Path("/nonexistent")
    )
    running = RunningComponent(component, bus)
    running.start()
    await asyncio.sleep(0.7)
    assert await running.problem() == "nothing listens at the database's address"
    await proxy.start()
    async with asyncio.timeout(10):
        while "migrations" not in str(await running.problem()):
            await asyncio.sleep(0.05)
    direct = await Database.open(url)
    await migrate(direct, [])
    await direct.close()
    await until(False, running)
    await running.stop()
    await bus.close()
    await proxy.stop()
