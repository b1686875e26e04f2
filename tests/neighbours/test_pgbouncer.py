"""PgBouncer in transaction pooling before the databases: one setting, MYPAGE_DATABASE_POOLER, and everything
works as without it (ADR 0037).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from component.test_round_trips import HARNESSES, PATHS, Harness
from journeys.conftest import chromium  # noqa: F401 - a fixture
from journeys.manual import activate, expect_heading, log_in, press, register_provisionally
from journeys.system import System, some_customers
from journeys.test_whole_manual import new_page
from neighbours.pgbouncer import POOL, Pooler, pooler_before
from playwright.async_api import Browser, expect
from support.notification_harness import a_provisional_registration, a_service, events_said, received
from support.smtp_relay import Relay

from chassis.database.db import Database
from chassis.database.migrate import migrate
from chassis.database.route import DIRECT
from mypage.local.databases import SERVICES, migrations_of
from mypage.local.postgres import PrivatePostgres
from services.billing import app as billing
from services.identity import app as identity
from services.identity.settings import Limits
from services.notification import app as notification
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.registration import app as registration

CLIENTS = 12  # connections, where the server has POOL
_number = count(1)


@pytest.fixture
async def pooler(pooled_server: PrivatePostgres, run_directory: Path) -> AsyncIterator[Pooler]:
    """Before four empty databases."""
    async with pooler_before(pooled_server, run_directory / f"pgbouncer-{next(_number)}") as running:
        yield running


@pytest.fixture
async def database_of(pooler: Pooler) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """A migrated database through the pooler, for many clients."""
    opened = []

    async def migrated(service: str) -> Database:
        database = await pooler.open(service, at_most=CLIENTS)
        opened.append(database)
        await migrate(database, [(service, migrations_of(service))])
        return database

    yield migrated
    for database in opened:
        await database.close()


async def _migrate(pooler: Pooler, service: str) -> list[str]:
    database = await pooler.open(service)
    applied = await migrate(database, [(service, migrations_of(service))])
    await database.close()
    return applied


@pytest.mark.smoke
@pytest.mark.parametrize("service", SERVICES)
async def test_each_migration_is_applied_once_whoever_starts_it_and_no_lock_is_left(
    pooler: Pooler, service: str
) -> None:
    """Three at once, and again afterwards."""
    applied = await asyncio.gather(*(_migrate(pooler, service) for _ in range(3)))
    files = [name for names in applied for name in names]
    assert len(files) == len(set(files)) >= len(list(migrations_of(service).glob("*.sql")))
    assert await _migrate(pooler, service) == []
    assert await pooler.session_locks() == 0


OF_MANY = {"recoveries_of_a_mailbox": "100/1h"}  # the walks' customers share an address


@pytest.mark.smoke
@pytest.mark.parametrize("name", PATHS)
async def test_what_customers_do_works_for_many_clients_on_two_sessions(
    pooler: Pooler, database_of: Callable[[str], Awaitable[Database]], name: str
) -> None:
    """Each path of identity, registration and billing that a page waits for, several times at once."""
    walk, service, _, _ = PATHS[name]
    database = await database_of(service)
    harness: Harness = HARNESSES[service](database)
    if service == "identity":
        harness = harness.with_settings(limits=Limits().changed(OF_MANY))
    if service == "billing":
        await walk(harness, harness, 1)
    else:
        await asyncio.gather(*(walk(harness, harness, number) for number in range(1, 7)))
    assert await pooler.sessions(service) <= POOL


async def test_mails_leave_through_the_pooler(
    database_of: Callable[[str], Awaitable[Database]],
) -> None:
    """Ordered and delivered several at a time: notification's rows, leases and events."""
    relay = Relay()
    service = a_service(await database_of("notification"), await relay.start())
    orders = [a_provisional_registration() for _ in range(6)]
    await asyncio.gather(*(on_provisionally_registered(service, each, received()) for each in orders))
    while len(await events_said(service)) < len(orders):
        await asyncio.gather(delivery_loop(service), delivery_loop(service))
    await relay.stop()
    assert len(relay.accepted) == len(orders)


@pytest.mark.parametrize("component", [identity, registration, notification, billing])
async def test_what_a_service_does_by_itself_works_through_the_pooler(
    database_of: Callable[[str], Awaitable[Database]], component: object
) -> None:
    """Sweeps, re-drivers, what forgets: every use case that runs by the clock."""
    service = component.__name__.split(".")[1]  # type: ignore[attr-defined]
    database = await database_of(service)
    harness = (
        a_service(database, "smtp://127.0.0.1:1")
        if service == "notification"
        else HARNESSES[service](database).service
    )
    for _, run in getattr(component, "PERIODIC", {}).values():
        await run(harness)


@pytest.mark.parametrize("block", ["transaction", "autocommit"])
async def test_a_lock_is_waited_for_four_seconds_through_the_pooler(
    database_of: Callable[[str], Awaitable[Database]], block: str
) -> None:
    """As without it: who holds a lock too long keeps one statement from its end, and not the service."""
    database = await database_of("identity")
    lent = getattr(database, block)
    async with database.long_transaction() as holder:
        await holder.execute("LOCK TABLE contracts")
        with pytest.raises(asyncpg.LockNotAvailableError):
            async with lent() as tx:
                await tx.fetchval("SELECT count(*) FROM contracts")


async def test_every_limit_that_a_session_has_without_a_pooler_is_in_force(
    pooler: Pooler, database_of: Callable[[str], Awaitable[Database]]
) -> None:
    """The same values by both ways, in each kind of block, and UTC."""
    pooled, direct = await database_of("identity"), await pooler.open_direct("identity")
    names = (
        "'lock_timeout', 'idle_in_transaction_session_timeout', 'client_connection_check_interval', "
        "'tcp_keepalives_idle', 'tcp_user_timeout', 'TimeZone'"
    )
    ask = f"SELECT name, setting FROM pg_settings WHERE name IN ({names}) ORDER BY 1"
    for block in ("transaction", "autocommit", "long_transaction"):
        async with getattr(pooled, block)() as tx:
            here = await tx.fetch(ask)
        async with getattr(direct, block)() as tx:
            there = await tx.fetch(ask)
        assert [tuple(row) for row in here] == [tuple(row) for row in there], block
    await direct.close()


async def test_without_the_setting_nothing_starts_and_the_pooler_says_why(pooler: Pooler) -> None:
    """Or none of the tests above would prove that the setting does it."""
    database = await pooler.open("identity", route=DIRECT)
    with pytest.raises(asyncpg.PostgresConnectionError, match="startup parameter"):
        await database.now()
    await database.close()


async def test_the_manual_from_registration_to_charges_through_the_pooler(
    pooler: Pooler,
    run_directory: Path,
    chromium: Browser,  # noqa: F811 - the fixture
) -> None:
    """`mypage up --processes` and operators' commands, all of them told the pooler's address."""
    folder = run_directory / f"pooled-{next(_number)}"
    folder.mkdir(mode=0o755)
    given = {f"MYPAGE_DATABASES__{service.upper()}": pooler.url(service) for service in SERVICES}
    system = System(folder, processes=True, MYPAGE_DATABASE_POOLER="true", **given)
    await system.start()
    customers = some_customers(3)
    await system.import_customers(customers)
    page, customer = await new_page(chromium), customers[0]
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await expect_heading(page, "本登録が完了しました。")
    await page.context.clear_cookies()
    await log_in(page, system, customer.account_id, customer.password)
    await expect_heading(page, "お客様メニューリスト")
    await page.goto(f"{system.url}/charges")
    await expect(page.locator("tbody tr").nth(0)).to_contain_text(f"{customer.amount_yen:,}円")
    await press(page, "ログアウト")
    await page.context.close()
    assert await system.stop() == 0
    assert all([await pooler.sessions(service) <= POOL for service in SERVICES])
