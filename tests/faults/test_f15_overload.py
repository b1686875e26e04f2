"""F15: ten times as many log-ins as one identity can hash. It works on as many as it can; the rest are told
so, and nobody hangs.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Literal

from faults.browser import Browser, LoadBalancer, Page
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.probe import Probe, spread

from chassis.messaging.breaker import MAX_IN_FLIGHT
from chassis.messaging.topology import RPC_MAX_LENGTH

COSTLY = {
    "MYPAGE_PASSWORD_HASH_MEMORY_KIB": "19456",
    "MYPAGE_PASSWORD_HASH_PASSES": "8",
}  # four times what production pays
TIMES = 10  # the capacity
AT_ONCE = 2  # hashes of one process (chassis.security.hashing)
FIRST_NETWORK = IPv4Address("20.0.0.7")
NORMAL_WITHIN = 30.0  # seconds; the design says 5
SOON = 4.0  # seconds: a second before the deadline of a log-in, however busy the machine is


@dataclass
class Flood:
    """What became of those who wanted to log in."""

    pages: list[Page] = field(default_factory=list)
    deepest: int = 0  # messages in identity's queue for slow requests

    def seconds(self, *, accepted: bool) -> list[float]:
        """How long the answers took."""
        return [page.seconds for page in self.pages if page.is_trouble != accepted]

    @property
    def told_soon(self) -> float:
        """Of those who were turned away, the part that heard so before the deadline."""
        away = self.seconds(accepted=False)
        return sum(1 for seconds in away if seconds < SOON) / max(1, len(away))


async def capacity(plant: Plant, ledger: Ledger, visitors: Iterator[int]) -> tuple[float, list[float]]:
    """Log-ins per second when as many are under way as are hashed at once; and the seconds that each took."""
    loop = asyncio.get_running_loop()
    began, count = loop.time(), 4
    pages = [
        await asyncio.gather(*(log_in(plant, ledger, next(visitors)) for _ in range(AT_ONCE)))
        for _ in range(count)
    ]
    took = loop.time() - began
    assert not any(
        page.is_trouble for group in pages for page in group
    )  # else this machine is too busy to measure anything
    return count * AT_ONCE / took, [page.seconds for group in pages for page in group]


async def log_in(plant: Plant, ledger: Ledger, visitor: int) -> Page:
    """One try with an ID that nobody has, which costs as much as a right one; each from a network of its
    own.
    """
    network = str(FIRST_NETWORK + 256 * visitor)
    browser = Browser(LoadBalancer(plant), ledger, f"visitor{visitor}", network)
    page = await browser.post("/login", account_id=f"nobody{visitor}", password="Canary0000")
    await browser.close()
    return page


async def flood(
    plant: Plant, ledger: Ledger, visitors: Iterator[int], *, per_second: float, seconds: float
) -> Flood:
    """So many log-ins a second, whether they are answered or not."""
    found, loop = Flood(), asyncio.get_running_loop()
    ledger.done("identity", "flood", per_second=round(per_second, 1))
    watching = asyncio.create_task(watch_queue(plant, found))
    began, tasks = loop.time(), list[asyncio.Task[Page]]()
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, began + number / per_second - loop.time()))
        tasks.append(asyncio.create_task(log_in(plant, ledger, next(visitors))))
    found.pages = await asyncio.gather(*tasks)
    ledger.done("identity", "flood ends")
    watching.cancel()
    return found


async def watch_queue(plant: Plant, found: Flood) -> None:
    """The management API counts anew every few seconds."""
    while True:
        queues = await plant.servers.api("GET", "/api/queues/{vhost}")
        found.deepest = max(
            found.deepest,
            *(queue.get("messages", 0) for queue in queues if queue["name"].startswith("identity.rpc")),
        )
        await asyncio.sleep(0.5)


async def test_an_overload_of_log_ins_is_shed_at_once_and_leaves_nothing_behind(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: Literal["smoke", "full"]
) -> None:
    """Most of those turned away hear so at once, no queue grows, customers without a password to hash are
    served as ever.
    """
    plant = await make_plant(environment={"identity": COSTLY})
    customers, visitors = some_customers(7, seed=seed), itertools.count(1)
    await import_customers(plant, customers)
    able, usual = await capacity(plant, ledger, visitors)
    seconds = 8.0 if scale == "smoke" else 30.0
    async with (
        Load(plant, ledger, customers[1:], per_second=0.5, seed=seed) as load,
        Probe(plant, ledger, customers[0]) as probe,
    ):
        found = await flood(plant, ledger, visitors, per_second=TIMES * able, seconds=seconds)
        normal = await probe.until_served(NORMAL_WITHIN, probe.try_to_log_in)
    await at_rest(plant, within=30)
    accepted, away = found.seconds(accepted=True), found.seconds(accepted=False)
    ledger.note("figure", "f15_usual", **spread(usual), per_second=round(able, 1))
    ledger.note("figure", "f15_accepted", **spread(accepted), count=len(accepted))
    ledger.note(
        "figure", "f15_turned_away", **spread(away), count=len(away), at_once=round(found.told_soon, 3)
    )
    ledger.note("figure", "f15_after", normal_again=round(normal, 3), deepest_queue=found.deepest)
    assert {page.status for page in found.pages} <= {422, 503}
    assert found.told_soon > 0.5
    assert (
        found.deepest <= 2 * MAX_IN_FLIGHT < RPC_MAX_LENGTH
    )  # calls that were given up stay in the queue until they expire
    assert load.gave_up == {}
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_breaker_and_bulkhead_everybody_waits_in_vain(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Those who are turned away hear so at their deadline."""
    plant = await make_plant(environment={"identity": COSTLY}, guards_off=["breaker"])
    visitors = itertools.count(1)
    able, _ = await capacity(plant, ledger, visitors)
    found = await flood(plant, ledger, visitors, per_second=TIMES * able, seconds=8.0)
    ledger.note(
        "figure",
        "f15_without_breaker",
        **spread(found.seconds(accepted=False)),
        at_once=round(found.told_soon, 3),
        deepest=found.deepest,
    )
    assert found.told_soon < 0.5
