"""F20 and F23: what a laptop survives. Killed with messages in hand, a server that dies, a parent that is
gone.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
from journeys.conftest import folder_for_everybody
from journeys.system import Customer, System, some_customers
from support.own_forms import own_form

from mypage.local.ports import is_free

DRAFT = re.compile(r'name="draft" value="([^"]+)"')
MakeSystem = Callable[[bool], System]


@pytest.fixture
async def make_system(run_directory: Path) -> AsyncIterator[MakeSystem]:
    """Systems in this test's directory, stopped at its end."""
    folder, made = folder_for_everybody(run_directory, "faults"), list[System]()

    def make(processes: bool) -> System:
        made.append(System(folder, processes=processes))
        return made[-1]

    yield make
    for system in made:
        await system.stop()


async def register(system: System, customer: Customer) -> None:
    """使い方 1) to 3), as a browser without JavaScript."""
    headers = {"Origin": system.url}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as session:
        _, token = await own_form(session, system.url)

        async def post(path: str, **fields: str) -> None:
            sent = fields | token
            async with session.post(system.url + path, data=sent, allow_redirects=False) as answer:
                assert answer.status == 303, (path, answer.status)

        async def draft(path: str) -> str:
            async with session.get(system.url + path) as answer:
                found = DRAFT.search(await answer.text())
            assert found
            return found[1]

        await post(
            "/register",
            customer_number=customer.customer_number,
            phone_number=customer.phone_number,
            holder_kana=customer.holder_kana,
        )
        await post(
            "/register/account",
            draft=await draft("/register/account"),
            action="confirm",
            account_id=customer.account_id,
            password=customer.password,
            email_address=customer.email_address,
            nickname="カナリア",
        )
        await post("/register/confirm", draft=await draft("/register/confirm"))


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
async def test_what_was_promised_on_a_laptop_survives_its_end(
    make_system: MakeSystem, end: signal.Signals
) -> None:
    """F20: at once after 仮登録が完了しました。 it ends; at the next start each mail comes, and its news."""
    system = make_system(False)
    await system.start()
    customers = some_customers(6)
    await system.import_customers(customers)
    for customer in customers:
        await register(system, customer)
        if customer is customers[random.randrange(2, 6)]:
            break
    promised = customers[: customers.index(customer) + 1]
    os.kill(system.pid, end)
    await system.stop()
    await system.start()
    for each in promised:
        assert "/activate/" in await system.activation_url(each.email_address)
    code, said = await system.run("outbox", "status")
    async with asyncio.timeout(60):
        while code:
            await asyncio.sleep(0.5)
            code, said = await system.run("outbox", "status")
    for each in promised:
        assert len(await system.mails_to(each.email_address)) in (1, 2), said


def postmaster(folder: Path) -> int:
    """The process of the embedded PostgreSQL."""
    state = json.loads((folder / "postgres" / "postgres.json").read_text())
    return int((Path(state["data_dir"]) / "postmaster.pid").read_text().splitlines()[0])


async def until_it_answers(system: System) -> None:
    """Gateway, identity and registration talk to each other and to their databases again."""
    async with asyncio.timeout(240), aiohttp.ClientSession() as session:
        while not await system._answers(session):
            await asyncio.sleep(0.5)


async def test_a_database_that_dies_is_started_again(make_system: MakeSystem) -> None:
    """F23: SIGKILL, as by the kernel that is out of memory."""
    system = make_system(False)
    await system.start()
    first = postmaster(system.folder)
    os.kill(first, signal.SIGKILL)
    await until_it_answers(system)
    assert postmaster(system.folder) != first


async def test_a_broker_that_dies_is_started_again(make_system: MakeSystem) -> None:
    """F23: in the arrangement of five processes."""
    system = make_system(True)
    await system.start()
    os.kill(int((system.folder / "rabbitmq" / "pid").read_text()), signal.SIGKILL)
    await asyncio.sleep(2)
    await until_it_answers(system)


async def test_children_end_with_their_parent(make_system: MakeSystem) -> None:
    """F23: the parent is killed, and nobody serves on its port a moment later."""
    system = make_system(True)
    await system.start()
    os.kill(system.pid, signal.SIGKILL)
    async with asyncio.timeout(60):
        while not is_free(system.port):
            await asyncio.sleep(0.2)
    await system.stop()
    await system.start()  # what was left is taken over or ended
    await until_it_answers(system)
