"""F17: a part of the broker's definitions is deleted or altered under load. Readiness names it, and all heals
when it is given back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from faults.checker import NotAtRest, at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.journey import Journey
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.servers import broker_definitions

UNNAMED_FOR = 3.0  # seconds
NAMED_WITHIN = 20.0  # seconds: looked at every 5, on a busy machine
WELL_WITHIN = 30.0  # seconds after the definitions are back
REGISTERED = "registration.provisionally_registered.v1"


@dataclass(frozen=True)
class Loss:
    """Something an administrator does by mistake, what he takes away, and the name that some process must
    show.

    A policy has no name that a client could ask for: the queue refuses what is published, and the relay keeps
    it.
    """

    method: str
    path: str
    names: str
    body: object = None


LOSSES = {
    "a work queue is deleted": Loss("DELETE", "/api/queues/{vhost}/identity.events", "queue identity.events"),
    "a binding is removed": Loss(
        "DELETE",
        f"/api/bindings/{{vhost}}/e/mypage.events/q/notification.events/{REGISTERED}",
        REGISTERED,
    ),
    "the exchange of events is deleted": Loss(
        "DELETE", "/api/exchanges/{vhost}/mypage.events", "exchange mypage.events"
    ),
    "the exchange of requests is deleted": Loss(
        "DELETE", "/api/exchanges/{vhost}/registration.rpc", "exchange registration.rpc"
    ),
    "a policy is altered": Loss(
        "PUT",
        "/api/policies/{vhost}/identity.events",
        "",
        {
            "pattern": r"^identity\.events$",
            "definition": {"max-length": 0, "overflow": "reject-publish"},
            "apply-to": "queues",
        },
    ),
    "a permission is revoked": Loss(
        "PUT",
        "/api/permissions/{vhost}/registration",
        "exchange mypage.events",
        {
            "configure": r"^registration\.(rpc|rpc\.slow)$",
            "write": r"^(registration\..*|mypage\.replies)$",
            "read": r"^registration\..*$",
        },
    ),
}


async def give_back(plant: Plant) -> None:
    """The definitions are imported again, as the runbook says."""
    await plant.servers.api("POST", "/api/definitions", broker_definitions(plant.servers.vhost))


async def seconds_until(true: Callable[[], Awaitable[bool]], within: float) -> float:
    """How long it took. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(within):
        while not await true():
            await asyncio.sleep(0.1)
    return loop.time() - began


async def lose_and_find(plant: Plant, ledger: Ledger, what: str, loss: Loss) -> None:
    """Readiness shows the name of what is missing; given back, every process is ready again by itself."""

    async def is_named() -> bool:
        return not loss.names or any(loss.names in answer for answer in (await plant.not_ready()).values())

    ledger.done("broker", "lose", loss=what)
    await plant.servers.api(loss.method, loss.path, loss.body)
    if "permissions" in loss.path:
        plant.proxies["registration", "amqp"].cut()  # the broker asks for permissions when a channel is new
    try:
        if not loss.names:
            await asyncio.sleep(UNNAMED_FOR)
        named = await seconds_until(is_named, NAMED_WITHIN)
    except TimeoutError:
        raise AssertionError(f"{what}: nobody names {loss.names}: {await plant.not_ready()}") from None
    await give_back(plant)
    ledger.done("broker", "give_back", loss=what)
    well = await plant.ready(WELL_WITHIN)
    ledger.note("figure", "f17_topology", loss=what, named=round(named, 1), well_again=round(well, 1))


async def test_what_is_taken_from_the_broker_is_named_and_heals_when_it_is_back(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: str
) -> None:
    """Queue, binding, exchanges and permission, one after the other; no process is restarted, and nothing is
    lost.
    """
    plant = await make_plant(proxies=[("registration", "amqp")])
    customers = some_customers(200 if scale == "full" else 60, seed=seed)
    await import_customers(plant, customers)
    losses = list(LOSSES.items()) if scale == "full" else list(LOSSES.items())[:1]
    async with Load(plant, ledger, customers, per_second=2, seed=seed) as load:
        await load.until(2)
        for what, loss in losses:
            await lose_and_find(plant, ledger, what, loss)
        load.enough()
    assert load.gave_up == {}
    assert plant.deaths == []
    await at_rest(plant, within=90)
    assert await violations(plant, ledger, customers=customers) == []


async def register_one(plant: Plant, ledger: Ledger, seed: int) -> Journey:
    """One customer who is told 仮登録が完了しました。"""
    customer = some_customers(1, seed=seed)[0]
    await import_customers(plant, [customer])
    journey = Journey(customer, Load(plant, ledger, []).browser(customer), plant.sink, ledger, patience=20)
    await journey.register()
    return journey


async def test_without_mandatory_publishes_an_event_vanishes_while_its_queue_is_missing(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """The broker confirms what it throws away, and the customer waits for his mail for ever."""
    plant = await make_plant(guards_off=["mandatory"])
    loss = LOSSES["a binding is removed"]
    await plant.servers.api(loss.method, loss.path)
    await register_one(plant, ledger, seed)
    await asyncio.sleep(2)
    await give_back(plant)
    with pytest.raises(NotAtRest, match=r"I8: .* 1 registrations registered"):
        await at_rest(plant, within=5)
    assert [
        each
        for each in await violations(plant, ledger)
        if each.startswith("I1:") and "has 0 mails on order" in each
    ]


async def test_without_listening_to_the_broker_a_queue_that_came_back_has_no_consumer(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Deleted and made again between two looks, it is there, and what lies in it stays there."""
    plant = await make_plant(guards_off=["cancel_noticed"])
    await plant.servers.api("DELETE", "/api/queues/{vhost}/notification.events")
    await give_back(plant)
    await register_one(plant, ledger, seed)
    with pytest.raises(NotAtRest, match=r"I8: .* 1 messages in notification.events"):
        await at_rest(plant, within=8)
