"""The moments of docs/states.md at which a process may die, and what is done to a plant there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby

import aio_pika
from faults.browser import Browser, LoadBalancer
from faults.customers import Customer
from faults.facts import waiting
from faults.journey import Journey
from faults.ledger import Ledger
from faults.load import Load
from faults.plant import Plant

from chassis.messaging.rabbit import dead_letters
from chassis.messaging.setting_aside import ATTEMPT

DIES_WITHIN = 90.0  # seconds, for all the deaths at one point
RESTS_WITHIN = 15.0  # seconds after the last restart (F1)
LEASE = 15.0  # seconds: what a sender that died leaves is taken up after it
REGISTER, ACTIVATE = "registration.register_provisionally.v1", "registration.activate.v1"
ORDERED, ACTIVATED = "registration.provisionally_registered.v1", "registration.account_activated.v1"


@dataclass(frozen=True)
class CrashPoint:
    """One moment, by its number in docs/states.md."""

    number: str
    component: str
    failpoint: str

    @property
    def rests_within(self) -> float:
        """Seconds: a mail that was being sent waits for its lease first (K9, K10)."""
        return RESTS_WITHIN + (LEASE if self.component == "notification" else 0)


ROUNDS: tuple[tuple[CrashPoint, ...], ...] = (
    (
        CrashPoint("K1", "gateway", f"rpc.before_publish@{REGISTER}:2"),
        CrashPoint("K8", "notification", f"commit.before@{ORDERED}"),
        CrashPoint("K16", "identity", f"commit.before@{ACTIVATED}"),
    ),
    (
        CrashPoint("K2", "gateway", f"rpc.after_publish@{REGISTER}:2"),
        CrashPoint("K9", "notification", "mail.claimed"),
        CrashPoint("K16", "identity", f"commit.after@{ACTIVATED}"),
    ),
    (
        CrashPoint("K3", "registration", f"commit.before@{REGISTER}:2"),
        CrashPoint("K10", "notification", "mail.accepted"),
        CrashPoint("K5", "identity", "relay.before_publish"),
    ),
    (
        CrashPoint("K4", "registration", f"commit.after@{REGISTER}:2"),
        CrashPoint("K11", "notification", "mail.ended"),
        CrashPoint("K6", "identity", "relay.after_confirm"),
    ),
    (
        CrashPoint("K4", "registration", f"reply.before@{REGISTER}:2"),
        CrashPoint("K8", "notification", f"ack.before@{ORDERED}"),
    ),
    (
        CrashPoint("K5", "registration", "relay.before_publish"),
        CrashPoint("K15", "gateway", f"rpc.after_publish@{ACTIVATE}"),
    ),
    (
        CrashPoint("K6", "registration", "relay.after_confirm"),
        CrashPoint("K5", "notification", "relay.before_publish"),
    ),
    (
        CrashPoint(
            "K14", "registration", f"commit.before@{ACTIVATE}:2"
        ),  # the first commit of an activation is that of a look
        CrashPoint("K12", "notification", "relay.after_confirm"),
    ),
    (CrashPoint("K15", "registration", f"reply.before@{ACTIVATE}"),),
)
"""Points of one round are died at in the same minutes, so every second customer gets through a point that
stands before the others.
"""

SMOKE: tuple[tuple[CrashPoint, ...], ...] = (
    (
        CrashPoint("K10", "notification", "mail.accepted"),
        CrashPoint("K6", "registration", "relay.after_confirm"),
        CrashPoint("K4", "registration", f"commit.after@{REGISTER}"),
        CrashPoint("K16", "identity", f"commit.before@{ACTIVATED}"),
    ),
)


async def die_at(
    plant: Plant,
    ledger: Ledger,
    points: Sequence[CrashPoint],
    customers: Sequence[Customer],
    *,
    deaths: int,
    seed: int,
    patience: float = 90,
) -> Load:
    """Customers come, one after the other, until every point has had its deaths; returns when all of these
    have ended.
    """
    async with Load(
        plant, ledger, customers, per_second=4, concurrency=8, seed=seed, patience=patience
    ) as load:
        by_component = groupby(
            sorted(points, key=lambda point: point.component), key=lambda point: point.component
        )
        await asyncio.gather(*(_die_in_turn(plant, list(each), deaths) for _, each in by_component))
        load.enough()
        await plant.ready()
        ledger.note("f1", "restarted", points=[f"{point.number} {point.failpoint}" for point in points])
    return load


async def die_at_each(plant: Plant, points: Sequence[CrashPoint], doing: Awaitable[object]) -> None:
    """Something is done while a process dies at each of the points, each of another component."""
    for point in points:
        await plant.arm(point.component, point.failpoint)
    await plant.ready()
    await doing
    for point in points:
        await plant.died_of_it(point.component, within=60)
    await plant.ready()


async def _die_in_turn(plant: Plant, points: Sequence[CrashPoint], deaths: int) -> None:
    for point in points:
        await plant.arm(point.component, point.failpoint, deaths=deaths)
        await plant.died_of_it(point.component, within=DIES_WITHIN)


@asynccontextmanager
async def journeys(
    plant: Plant, ledger: Ledger, customers: Sequence[Customer], *, patience: float = 100
) -> AsyncIterator[list[Journey]]:
    """One journey for each, to be made step by step."""
    balancer = LoadBalancer(plant)
    browsers = [
        Browser(balancer, ledger, customer.customer_number, customer.network) for customer in customers
    ]
    try:
        yield [
            Journey(customer, browser, plant.sink, ledger, patience=patience)
            for customer, browser in zip(customers, browsers, strict=True)
        ]
    finally:
        await asyncio.gather(*(browser.close() for browser in browsers))


async def down(plant: Plant, component: str) -> None:
    """It dies and stays dead until it is released."""
    plant.hold(component)
    await plant.kill(component)


async def messages_in(plant: Plant, queue: str, count: int, *, within: float = 30.0) -> None:
    """Waits until so many messages wait in a queue that nobody reads. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while (await waiting(plant))[queue] < count:
            await asyncio.sleep(0.1)


async def registrations_in(
    plant: Plant, state: str, customers: Sequence[Customer], *, within: float = 30.0
) -> None:
    """Waits until each of these customers has a registration in that state. Raises TimeoutError."""
    statement = """
        SELECT count(DISTINCT customer_number) FROM provisional_accounts
        WHERE state = $1 AND customer_number = ANY($2::text[])
    """
    numbers = [customer.customer_number for customer in customers]
    database = await plant.database("registration")
    async with asyncio.timeout(within):
        while True:
            async with database.transaction() as tx:
                if await tx.fetchval(statement, state, numbers) == len(numbers):
                    return
            await asyncio.sleep(0.1)


async def let_die(plant: Plant, queue: str, count: int) -> None:
    """So many messages of a work queue, whose consumers are down, become dead letters as after their last
    attempt.
    """
    await messages_in(plant, queue, count)
    connection = await aio_pika.connect(plant.servers.admin_amqp_url(), timeout=5)
    async with connection:
        source = await (await connection.channel()).get_queue(queue)
        for _ in range(count):
            await (await source.get()).reject(requeue=False)
    await messages_in(plant, f"{queue}.dead", count)
    plant.ledger.done("broker", "dead_letters", queue=queue, count=count)


async def redrive(plant: Plant, queue: str) -> int:
    """What an operator does afterwards; how many went back."""
    moved: list[str] = []
    await dead_letters.redrive(
        dead_letters.Broker(plant.servers.amqp_url("operator")),
        queue,
        is_wanted=lambda letter: True,
        headers={ATTEMPT: 1},
        dry_run=False,
        moved=lambda letter: moved.append(letter.message_id),
    )
    plant.ledger.done("operator", "redrives", queue=queue, count=len(moved))
    return len(moved)
