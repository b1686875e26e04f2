"""F6: the broker blocks publishers, for lack of disk or memory. Who asks is told no at once; what was begun
is finished afterwards.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.probe import spread
from faults.smtp_sink import Treatment
from faults.watch import ANSWERED, Answer, Watch

AT_ONCE = 1.0  # seconds
UNTIL_ALL_KNOW = 6.0  # seconds: each connection hears of it by its first publishing, which may be late
LATE_AT_MOST = 5  # answers that were on their way at that moment
BEGUN_WITHIN = 60.0  # seconds
DRAINED_WITHIN = 20.0  # seconds; the design says 10, on a machine of its own


@dataclass(frozen=True)
class Alarm:
    """How to raise it and how to end it, in words of rabbitmqctl."""

    name: str
    on: tuple[str, ...]
    off: tuple[str, ...]
    seconds: float


DISK = Alarm("disk", ("set_disk_free_limit", "9000GB"), ("set_disk_free_limit", "100MB"), 60.0)
MEMORY = Alarm(
    "memory",
    ("set_vm_memory_high_watermark", "0.0001"),
    ("set_vm_memory_high_watermark", "absolute", "512MB"),
    10.0,
)


async def rows_waiting(plant: Plant) -> int:
    """In all outboxes."""
    found = 0
    for service in ("identity", "registration", "notification"):
        async with (await plant.database(service)).transaction() as tx:
            found += await tx.fetchval("SELECT count(*) FROM outbox")
    return found


async def mail_in_hand(plant: Plant) -> None:
    """Returns when a mail waits for the relay to take its recipient, as all do that come from now on: what is
    to be said of it meets the alarm.
    """
    plant.sink.takes_recipients.clear()
    before = len(plant.sink.attempts)
    async with asyncio.timeout(BEGUN_WITHIN):
        while len(plant.sink.attempts) == before:
            await asyncio.sleep(0.05)


async def endure(plant: Plant, ledger: Ledger, watch: Watch, alarm: Alarm) -> list[Answer]:
    """The alarm from its beginning to an empty outbox; what was answered while it lasted."""
    await mail_in_hand(plant)
    ledger.done("broker", f"{alarm.name} alarm")
    await plant.servers.rabbitmqctl(*alarm.on)
    began = time.monotonic()
    await watch.until(503, within=30, after=began)
    # A connection's first publishing after an alarm still passes. By now each has knocked once.
    await asyncio.sleep(began + UNTIL_ALL_KNOW - time.monotonic())
    plant.sink.takes_recipients.set()
    kept = 0
    while time.monotonic() < began + UNTIL_ALL_KNOW + alarm.seconds:
        kept = max(kept, await rows_waiting(plant))
        await asyncio.sleep(0.5)
    meanwhile = watch.between(began, time.monotonic() - AT_ONCE)
    await plant.servers.rabbitmqctl(*alarm.off)
    ended = time.monotonic()
    async with asyncio.timeout(DRAINED_WITHIN):
        while await rows_waiting(plant):
            await asyncio.sleep(0.1)
    drained = time.monotonic() - ended
    served = await watch.until(ANSWERED, within=30, after=ended) - ended
    late = [each for each in meanwhile if each.seconds > AT_ONCE]
    told = [each.seconds for each in meanwhile if each.status == 503]
    ledger.note(
        "figure",
        f"f06_{alarm.name}",
        kept=kept,
        late=len(late),
        drained=round(drained, 2),
        served=round(served, 2),
        **spread(told),
    )
    assert kept > 0, "nothing waited in an outbox: the alarm stopped nobody"
    return meanwhile


def told_at_once(answers: list[Answer]) -> bool:
    """All are refused, and but for those that were on their way when the alarm came, at once."""
    knew_from = answers[0].asked_at + UNTIL_ALL_KNOW
    later = [each for each in answers if each.asked_at >= knew_from]
    quick = all(each.status == 503 and each.seconds < AT_ONCE for each in later)
    return bool(later) and quick and sum(1 for each in answers if each.seconds > AT_ONCE) <= LATE_AT_MOST


async def test_alarms_of_disk_and_memory_delay_and_lose_nothing(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """A minute without disk, then a moment without memory, while customers come."""
    plant = await make_plant(own_servers=True)
    customers = some_customers(60, seed=seed)
    await import_customers(plant, customers)
    plant.sink.usual = Treatment(
        slow=1.0
    )  # so that mails end while the alarm lasts, and the word of it has to wait
    async with Load(plant, ledger, customers, per_second=3, seed=seed) as load, Watch(plant, ledger) as watch:
        await load.until(3)
        during_disk = await endure(plant, ledger, watch, DISK)
        await load.until(load.done_count + 3)
        during_memory = await endure(plant, ledger, watch, MEMORY)
    assert told_at_once(during_disk)
    assert told_at_once(during_memory)
    await at_rest(plant, within=30)
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_block_check_an_alarm_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Who asks waits for his deadline, again and again, where no breaker spares him that."""
    plant = await make_plant(own_servers=True, guards_off=["block_check", "breaker"])
    customers = some_customers(10, seed=seed)
    await import_customers(plant, customers)
    plant.sink.usual = Treatment(slow=1.0)
    async with Load(plant, ledger, customers, per_second=3, seed=seed) as load, Watch(plant, ledger) as watch:
        await load.until(1)
        answers = await endure(plant, ledger, watch, Alarm("disk", DISK.on, DISK.off, 20.0))
    assert not told_at_once(answers)
