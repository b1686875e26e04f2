"""F9: the relay takes five seconds for each mail, and five hundred wait. The pages do not notice, and the
backlog goes by itself.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from faults.browser import Browser, LoadBalancer
from faults.checker import at_rest, violations
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant
from faults.probe import Probe, spread
from faults.smtp_sink import ACCEPT, Treatment

from chassis.messaging.outbox import Outbox
from chassis.security.tokens import new_key
from messages.identity import AccountMailRecipient, RegisteredContractProved
from messages.values import AccountId, EmailAddress, Nickname

BACKLOG = 500
SLOW = Treatment(slow=5.0)
LOOKS_FOR = 8.0  # seconds
MORE_MEMORY = 64 * 1024  # KiB that notification may grow by: a hundred times what the backlog weighs
REST_WITHIN = 300.0  # seconds; some ten where the machine does nothing else


async def order_mails(plant: Plant, count: int) -> None:
    """As identity does when somebody proves a contract that has an account (Q11), so many times."""
    sealer, database = plant.sealer(), await plant.database("identity")
    outbox = Outbox(database)
    async with database.transaction() as tx:
        for number in range(count):
            account_key = new_key()
            recipient = AccountMailRecipient(
                email_address=EmailAddress(f"holder{number}@example.jp"),
                nickname=Nickname("カナリア"),
                account_id=AccountId(f"holder{number}"),
            )
            sealed = sealer.seal(recipient, to="notification", bound_to=account_key)
            await outbox.add(
                tx, RegisteredContractProved(notice_key=new_key(), account_key=account_key, recipient=sealed)
            )


async def waiting_mails(plant: Plant) -> int:
    """How many are ordered and have not left."""
    async with (await plant.database("notification")).transaction() as tx:
        return int(await tx.fetchval("SELECT count(*) FROM mails WHERE state IN ('queued', 'sending')"))


async def page_seconds(plant: Plant, ledger: Ledger, probe: Probe) -> list[float]:
    """How long pages took: one that asks nobody, and one that asks identity."""
    browser, loop = Browser(LoadBalancer(plant), ledger, "visitor", "10.99.1.1"), asyncio.get_running_loop()
    ends, seconds = loop.time() + LOOKS_FOR, list[float]()
    while loop.time() < ends:
        pages = [await browser.get("/register"), await probe.ask()]
        assert not any(page.is_trouble for page in pages)
        seconds += [page.seconds for page in pages]
        await asyncio.sleep(0.02)
    await browser.close()
    return seconds


def memory_of(plant: Plant, name: str) -> int:
    """KiB that the process holds in memory."""
    status = Path(f"/proc/{plant.pid(name)}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


async def test_a_slow_relay_slows_no_page_and_its_backlog_goes_by_itself(
    plant: Plant, ledger: Ledger, seed: int
) -> None:
    """The queue is a table: memory stays flat, customers go on registering, and all mails leave once the
    relay is quick again.
    """
    customers = some_customers(7, seed=seed)
    await import_customers(plant, customers)
    async with Probe(plant, ledger, customers[0]) as probe:
        usual, before = await page_seconds(plant, ledger, probe), memory_of(plant, "notification")
        plant.sink.usual = SLOW
        await order_mails(plant, BACKLOG)
        async with asyncio.timeout(60):
            while await waiting_mails(plant) < BACKLOG - 12:
                await asyncio.sleep(0.1)
        slow = await page_seconds(plant, ledger, probe)
        assert await waiting_mails(plant) > BACKLOG / 2
        async with Load(plant, ledger, customers[1:], per_second=6, seed=seed) as load:
            async with asyncio.timeout(60):
                while ledger.count("registered") < 6:
                    await asyncio.sleep(0.05)
            grown = memory_of(plant, "notification") - before
            ledger.done("relay", "quick again")
            plant.sink.usual = ACCEPT
    drained = await at_rest(plant, within=REST_WITHIN)
    ratio = round(spread(slow)["p99"] / spread(usual)["p99"], 2)
    ledger.note("figure", "f9_pages", usual=spread(usual), with_backlog=spread(slow), ratio_of_p99=ratio)
    ledger.note("figure", "f9_backlog", memory_grown_kib=grown, drained_after=round(drained, 1))
    assert grown < MORE_MEMORY
    assert load.gave_up == {}
    assert await violations(plant, ledger, customers=customers) == []
