"""F1 where customers ask for another mail, to the same address or a corrected one (ADR 0063)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from faults.checker import NotAtRest, at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import DIES_WITHIN, ORDERED, CrashPoint, journeys, registrations_in
from faults.customers import some_customers
from faults.journey import Journey
from faults.ledger import Ledger
from faults.load import import_customers
from faults.plant import Plant
from faults.smtp_sink import SunkMail

RESEND = "registration.resend_activation_mail.v1"
POINTS = (
    CrashPoint("K1", "gateway", f"rpc.before_publish@{RESEND}"),
    CrashPoint("K2", "gateway", f"rpc.after_publish@{RESEND}"),
    CrashPoint("K3", "registration", f"commit.before@{RESEND}"),
    CrashPoint("K4", "registration", f"commit.after@{RESEND}"),
    CrashPoint("K4", "registration", f"reply.before@{RESEND}"),
    CrashPoint("K5", "registration", "relay.before_publish"),
    CrashPoint("K6", "registration", "relay.after_confirm"),
    CrashPoint("K8", "notification", f"commit.before@{ORDERED}"),
    CrashPoint("K10", "notification", "mail.accepted"),
)
_MAIL = re.compile(r'name="mail" value="(.*?)"')


class AsksAgain(Journey):
    """He has his mail, and asks for another one before he uses it."""

    async def asks(self, *, corrects: bool) -> None:
        """Presses twice at one moment; both answers are the same."""
        form = {"mail": _MAIL.findall((await self._open("/register/done")).text)[0]}
        path = "/register/resend"
        if corrects:
            path, meant = "/register/address", f"meant-{self.customer.email_address}"
            self.customer = replace(self.customer, email_address=meant)
            self._mails_used, form["email_address"] = 0, meant
        first, last = await asyncio.gather(self._press(path, **form), self._press(path, **form))
        assert (first.status, first.location) == (303, "/register/done"), first
        assert last.location == first.location
        self._tell("asked_again")

    async def finds_dead(self, mail: SunkMail) -> None:
        """The link of before says that a newer mail was sent."""
        browser = self.browser.elsewhere()
        try:
            await browser.get("/activate/" + mail.activation_url.rpartition("/")[2])
            page = await browser.get("/activate")
        finally:
            await browser.close()
        assert (page.status, "より新しい仮登録受付完了メール" in page.text) == (410, True)


async def _mails_of(plant: Plant, them: Sequence[AsksAgain]) -> list[SunkMail]:
    await asyncio.gather(*(each.register() for each in them))
    mails = await asyncio.gather(*(each.wait_for_mail() for each in them))
    await registrations_in(plant, "mail_sent", [each.customer for each in them])
    return mails


def _all_ask(them: Sequence[AsksAgain]) -> list[asyncio.Task[None]]:
    """Every second one corrects his address."""
    return [asyncio.create_task(each.asks(corrects=number % 2 == 1)) for number, each in enumerate(them)]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{point.number}-{point.failpoint}")
async def test_another_mail_is_ordered_once_whoever_dies(
    make_plant: MakePlant, ledger: Ledger, seed: int, point: CrashPoint
) -> None:
    """One link that works for each, and the one before is dead; all come in."""
    plant = await make_plant()
    customers = some_customers(6, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as plain:
        them = [AsksAgain(each.customer, each.browser, plant.sink, ledger, patience=100) for each in plain]
        first = await _mails_of(plant, them)
        await at_rest(plant, within=15)
        await plant.arm(point.component, point.failpoint, deaths=1)
        asking = _all_ask(them)
        await plant.died_of_it(point.component, within=DIES_WITHIN)
        await asyncio.gather(*asking)
        newer = await asyncio.gather(*(each.wait_for_mail() for each in them))
        await asyncio.gather(*(each.finds_dead(mail) for each, mail in zip(them, first, strict=True)))
        activated = [each.activate(mail) for each, mail in zip(them, newer, strict=True)]
        assert all(await asyncio.gather(*activated))
        await asyncio.gather(*(each.log_in() for each in them))
    await at_rest(plant, within=60)
    assert await violations(plant, ledger, customers=customers) == []


async def test_without_the_guard_a_lost_order_of_another_mail_is_found_out(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """The outbox forgets before the broker has it, and the process dies: nobody gets the newer mail."""
    plant = await make_plant(guards_off=["delete_before_confirm"])
    customers = some_customers(2, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as plain:
        them = [AsksAgain(each.customer, each.browser, plant.sink, ledger, patience=100) for each in plain]
        await _mails_of(plant, them)
        await at_rest(plant, within=15)
        await plant.arm("registration", "relay.before_publish", deaths=1)
        asking = _all_ask(them)
        await plant.died_of_it("registration", within=DIES_WITHIN)
        await asyncio.gather(*asking)
    with pytest.raises(NotAtRest):
        await at_rest(plant, within=5)
    found = await violations(plant, ledger)
    assert any(each.startswith("I1") and "has 0 mails on order" in each for each in found), found
