"""X41: a part dies while a customer registers, on the five processes over RabbitMQ.

Each crash point of the code by itself: tests/faults.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from abuse.conftest import EnterFrom
from journeys.system import System
from journeys.test_parts_that_fail import process_of
from pages.catalogue.steps import fill_in, prove
from pages.town import Town
from support.inside_a_system import rows_of

BACK_WITHIN = 90  # seconds: a bound on waiting, nothing else
LIVING = """
    SELECT registration_key FROM provisional_accounts
    WHERE customer_number = $1 AND state IN ('registered', 'mail_sent')
"""


def broker_of(system: System) -> int:
    """The process id of its RabbitMQ."""
    mine = str(system.folder.resolve()).encode()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            if b"beam" in command and mine in command + (entry / "environ").read_bytes():
                return int(entry.name)
    raise LookupError("RabbitMQ")


PARTS: dict[str, Callable[[System], int]] = {
    "registration": lambda system: process_of(system, "registration"),
    "notification": lambda system: process_of(system, "notification"),
    "RabbitMQ": broker_of,
}
MOMENTS = ("before the press", "with the press", "after the press")
QUICK = {("notification", "after the press")}
DEATHS = [
    pytest.param(part, moment, marks=[] if (part, moment) in QUICK else [pytest.mark.whole_abuse])
    for part in PARTS
    for moment in MOMENTS
]


@pytest.mark.parametrize(("part", "moment"), DEATHS)
async def test_x41_a_mail_comes_once_and_its_link_works(
    fresh_town: Town, enter_from: EnterFrom, part: str, moment: str
) -> None:
    """Or twice, with the same link; the page never says that all is done unless it is."""
    system, customer = fresh_town.system, fresh_town.new_customer()
    visitor = enter_from(671 + 3 * list(PARTS).index(part) + MOMENTS.index(moment))
    await prove(visitor, customer)
    await fill_in(visitor, customer)

    async def dies(after: float = 0) -> None:
        await asyncio.sleep(after)
        os.kill(PARTS[part](system), signal.SIGKILL)

    if moment == "before the press":
        await dies()
    pressing = asyncio.create_task(visitor.presses("仮登録する"))
    if moment == "with the press":
        await dies(0.05)
    await pressing
    async with asyncio.timeout(BACK_WITHIN):
        while "仮登録が完了しました。" not in visitor.html:
            assert visitor.status == 503, visitor.html
            await asyncio.sleep(1)
            await visitor.opens("/register/confirm")
            if "仮登録する" in visitor.html:
                await visitor.presses("仮登録する")
    if moment == "after the press":
        await dies()
    assert len(await rows_of(system, "registration", LIVING, customer.customer_number)) == 1
    async with asyncio.timeout(BACK_WITHIN):
        while not (mails := await system.mails_to(customer.email_address)):
            await asyncio.sleep(0.5)
    link = await system.activation_url(customer.email_address)
    async with asyncio.timeout(BACK_WITHIN):
        while visitor.status != 200 or "本登録する" not in visitor.html:
            await visitor.opens(link)
            await asyncio.sleep(0.5)
        while "本登録が完了しました。" not in visitor.html:
            await visitor.presses("本登録する", password=customer.password)
            await asyncio.sleep(0.5)
    mails = await system.mails_to(customer.email_address)
    received = [mail for mail in mails if "仮登録受付完了" in mail["subject"]]
    assert 1 <= len(received) <= 2
    assert all(link in mail["text"] for mail in received)
