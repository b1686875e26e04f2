"""F1, K12, K13, K17, K19: news that is late, doubled or dead, mails that nobody takes, and a sweeper that
dies at its work.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import DIES_WITHIN, down, journeys, let_die, messages_in, redrive, registrations_in
from faults.customers import Customer, some_customers
from faults.journey import Journey
from faults.ledger import Ledger
from faults.load import import_customers
from faults.plant import Plant
from faults.smtp_sink import REFUSED_AT_DATA, REFUSED_AT_RCPT

REDRIVEN_WITHIN = 75.0  # seconds after 本登録: 60, and the re-driver looks every 5


async def test_the_link_works_while_the_news_of_the_mail_is_late_or_dead(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """K12: 本登録 needs the link and not the news; news that comes afterwards changes nothing."""
    plant = await make_plant()
    late, *deaf = customers = some_customers(4, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as (his, *theirs):
        await plant.arm("notification", "relay.before_publish")
        await plant.ready()
        plant.hold("notification")
        await his.register()
        assert await his.activate(await his.wait_for_mail())
        await registrations_in(plant, "completed", [late])
        assert await _news_of_mails(plant) == 0
        await asyncio.gather(*(each.register() for each in theirs))
        await messages_in(plant, "notification.events", len(deaf) + 1)  # and one AccountCreated
        await down(plant, "registration")
        plant.release("notification")
        await let_die(plant, "registration.events", len(deaf) + 1)  # three dead MailSent, and the late one
        plant.release("registration")
        await asyncio.gather(*(_finish(each) for each in theirs), _look_inside(his))
    await registrations_in(plant, "completed", customers)
    assert await _news_of_mails(plant) == 0
    await at_rest(plant, within=30)
    assert await violations(plant, ledger, dead_letters=len(customers)) == []
    assert await redrive(plant, "registration.events") == len(customers)
    await at_rest(plant, within=30)
    assert await violations(plant, ledger, customers=customers) == []
    assert await _news_of_mails(plant) == 0


async def test_what_stands_still_is_moved_on(make_plant: MakePlant, ledger: Ledger, seed: int) -> None:
    """K13, K17, K19: while the minute passes after which identity is told again, mails are refused and the
    sweeper dies in its batch.
    """
    plant = await make_plant()
    customers = some_customers(17, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as everybody:
        await _nobody_answers(plant, everybody[:6])
        began = time.monotonic()
        await asyncio.gather(
            _made_good(plant, ledger, everybody[:6], began),
            _refused_mails(plant, ledger, everybody[6:9]),
            _sweeper_dies(plant, everybody[9:]),
        )
    await at_rest(plant, within=30)
    assert await violations(plant, ledger, dead_letters=6) == []
    assert [await redrive(plant, queue) for queue in ("identity.events", "registration.events")] == [3, 3]
    await at_rest(plant, within=30)
    assert await violations(plant, ledger, customers=customers) == []


async def _nobody_answers(plant: Plant, six: Sequence[Journey]) -> None:
    """K17: of six activations three do not reach identity, and of three its answer does not come back."""
    mails = await asyncio.gather(*(_registered(each) for each in six))
    await registrations_in(plant, "mail_sent", [each.customer for each in six])
    await at_rest(plant, within=15)
    await down(plant, "identity")
    assert all(await asyncio.gather(*(each.activate(mail) for each, mail in zip(six, mails, strict=True))))
    await messages_in(plant, "identity.events", 6)
    await let_die(plant, "identity.events", 3)
    await down(plant, "registration")
    plant.release("identity")
    await let_die(plant, "registration.events", 3)
    plant.release("registration")
    await plant.ready()


async def _made_good(plant: Plant, ledger: Ledger, six: Sequence[Journey], began: float) -> None:
    await registrations_in(plant, "completed", [each.customer for each in six], within=REDRIVEN_WITHIN + 30)
    ledger.note("figure", "f1_redriven_s", seconds=round(time.monotonic() - began, 1))
    await asyncio.gather(*(_look_inside(each) for each in six))


async def _refused_mails(plant: Plant, ledger: Ledger, three: Sequence[Journey]) -> None:
    """K13: the relay refuses two for good. One starts over and keeps his account ID; the other's is taken by
    a third.
    """
    patient, gone, third = three
    plant.sink.to[patient.customer.email_address] = deque([REFUSED_AT_RCPT])
    plant.sink.to[gone.customer.email_address] = deque([REFUSED_AT_DATA])
    await asyncio.gather(patient.register(), gone.register())
    await registrations_in(plant, "mail_abandoned", [patient.customer, gone.customer])
    third.customer = replace(third.customer, account_id=gone.customer.account_id)
    await asyncio.gather(patient.whole(), third.whole())


async def _sweeper_dies(plant: Plant, eight: Sequence[Journey]) -> None:
    """K19: five deaths before the sweep's commit; then all are swept, and the first of them starts over with
    his account ID.
    """
    them = [each.customer for each in eight]
    await asyncio.gather(*(_registered(each) for each in eight))
    await registrations_in(plant, "mail_sent", them)
    await _a_day_passes(plant, them)
    await plant.arm("registration", "commit.before@registration.sweep", deaths=5)
    await plant.died_of_it("registration", within=DIES_WITHIN)
    await plant.ready()
    await registrations_in(plant, "expired", them)
    await eight[0].whole()


async def _a_day_passes(plant: Plant, customers: Sequence[Customer]) -> None:
    statement = """
        UPDATE provisional_accounts SET
            registered_at = registered_at - interval '25 h', mail_sent_at = mail_sent_at - interval '25 h'
        WHERE customer_number = ANY($1::text[])
    """
    async with (await plant.database("registration")).transaction() as tx:
        await tx.execute(statement, [customer.customer_number for customer in customers])


async def _news_of_mails(plant: Plant) -> int:
    """How many registrations know that their mail has left."""
    async with (await plant.database("registration")).transaction() as tx:
        found: int = await tx.fetchval(
            "SELECT count(*) FROM provisional_accounts WHERE mail_sent_at IS NOT NULL"
        )
    return found


async def _registered(journey: Journey):  # type: ignore[no-untyped-def]
    await journey.register()
    return await journey.wait_for_mail()


async def _finish(journey: Journey) -> None:
    assert await journey.activate(await journey.wait_for_mail())
    await _look_inside(journey)


async def _look_inside(journey: Journey) -> None:
    await journey.log_in()
    await journey.see_charges()
