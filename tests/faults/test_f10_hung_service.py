"""F10: a process hangs and keeps its connections. Who asks it is soon told no at once, and nothing is damaged
when it wakes up.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from faults.browser import Browser, Page
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.smtp_sink import Treatment

AT_ONCE = 1.0  # seconds; the design says 20 ms, on a machine of its own
BEFORE_IT_OPENS = 7.0  # seconds: the deadline of a login, and the time of the first five
CLOSED_WITHIN = 18.0  # seconds: the longest pause of a breaker, its probe's deadline, and some
ASKED_EVERY = 0.25  # seconds


@dataclass
class Canary:
    """Asks for a login again and again, each time as somebody else, whom nobody knows; the answer is a page
    either way.
    """

    load: Load
    ledger: Ledger
    answers: list[tuple[float, Page]] = field(default_factory=list)  # when it was asked, on the loop's clock
    _asking: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def singing(self) -> AsyncIterator[None]:
        """As long as the block runs; afterwards every answer is there."""
        singing = asyncio.create_task(self._sing())
        try:
            yield
        finally:
            singing.cancel()
            await asyncio.gather(singing, return_exceptions=True)
            await asyncio.gather(*self._asking)

    async def _sing(self) -> None:
        for number in itertools.count():
            task = asyncio.create_task(self._ask(number))
            self._asking.add(task)
            await asyncio.sleep(ASKED_EVERY)

    async def _ask(self, number: int) -> None:
        began = asyncio.get_running_loop().time()
        browser = Browser(self.load.balancer, self.ledger, "canary", f"10.251.{number % 250}.1")
        page = await browser.post("/login", account_id=f"nobody-{number}", password="Wr0ngPassw0rd")
        await browser.close()
        self.answers.append((began, page))

    async def is_answered(self, after: float) -> float:
        """When the first login was asked for, at `after` or later, that got a real answer."""
        while not (
            answered := [began for began, page in self.answers if began >= after and not page.is_trouble]
        ):
            await asyncio.sleep(0.05)
        return min(answered)

    def between(self, first: float, last: float) -> list[Page]:
        """The answers to what was asked and answered in that time."""
        return [page for began, page in self.answers if first <= began and began + page.seconds < last]


async def freeze_and_thaw(
    make_plant: MakePlant, ledger: Ledger, seed: int, *, seconds: float, guards_off: tuple[str, ...] = ()
) -> list[str]:
    """Identity and one of two senders of mails hang for so long, under load. What is wrong with the breaker,
    then with the rest.
    """
    plant = await make_plant(replicas={"notification": 2}, guards_off=guards_off)
    plant.sink.usual = Treatment(slow=1.0)  # so that the sender hangs in the middle of a mail
    customers = some_customers(20, seed=seed)
    await import_customers(plant, customers)
    loop, found = asyncio.get_running_loop(), list[str]()
    async with Load(plant, ledger, customers, per_second=4, seed=seed) as load:
        canary = Canary(load, ledger)
        await asyncio.sleep(2)
        async with canary.singing():
            frozen_at = loop.time()
            plant.freeze("identity")
            plant.freeze("notification-1")
            await asyncio.sleep(seconds)
            plant.thaw("notification-1")
            plant.thaw("identity")
            thawed_at = loop.time()
            try:
                async with asyncio.timeout(CLOSED_WITHIN):
                    closed_at = await canary.is_answered(thawed_at)
                ledger.note("figure", "f10_closed_after_thaw", seconds=round(closed_at - thawed_at, 2))
            except TimeoutError:
                found.append(f"F10: no login is answered {CLOSED_WITHIN} s after identity woke up")
    found += told_at_once(canary.between(frozen_at + BEFORE_IT_OPENS, thawed_at), ledger)
    await at_rest(plant, within=30)
    return found + await violations(plant, ledger, customers=customers)


def told_at_once(pages: list[Page], ledger: Ledger) -> list[str]:
    """Whether all but the probes were refused at once; a probe follows each pause of 1, 2, 4, 8 and 10
    seconds.
    """
    quick = sorted(page.seconds for page in pages if page.seconds < AT_ONCE)
    slow = len(pages) - len(quick)
    if quick:
        p50, p99 = quick[len(quick) // 2], quick[len(quick) * 99 // 100]
        ledger.note(
            "figure",
            "f10_open_breaker_ms",
            p50=round(p50 * 1000, 1),
            p99=round(p99 * 1000, 1),
            answers=len(quick),
            probes=slow,
        )
    found = [f"F10: {slow} of {len(pages)} logins waited for their deadline"] if slow > 5 else []
    return found + [
        f"F10: a login answered {page.status} while identity hung" for page in pages if page.status != 503
    ]


async def test_a_service_that_hangs_is_left_alone_and_asked_again(
    make_plant: MakePlant, ledger: Ledger, seed: int, scale: str
) -> None:
    """Its callers wait for their deadline a few times, then hear 503 at once; awake again it is asked again,
    and nothing came to harm.
    """
    assert await freeze_and_thaw(make_plant, ledger, seed, seconds=30 if scale == "full" else 12) == []


async def test_without_the_breaker_every_caller_waits_for_a_service_that_hangs(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """That is found out, and is all that the breaker is for."""
    found = await freeze_and_thaw(make_plant, ledger, seed, seconds=20, guards_off=("breaker",))
    assert [each for each in found if each.startswith("F10:") and "waited for their deadline" in each]
