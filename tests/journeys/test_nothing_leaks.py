"""After a full journey: no password, token, kana, phone number or mail address where it does not belong (I9,
X18).
"""

from __future__ import annotations

from pathlib import Path

from journeys.manual import activate, expect_heading, log_in, press, register_provisionally
from journeys.system import Customer, System
from journeys.test_whole_manual import new_page
from playwright.async_api import Browser

from chassis.database.db import Database
from messages.values import HolderKana
from mypage.local.databases import SERVICES
from mypage.local.postgres import PrivatePostgres

OWNERS = {"contracts", "contract_phones", "accounts", "provisional_accounts"}
"""Tables whose business it is to hold personal data; even they never hold a password or a token."""


async def test_after_a_full_journey_secrets_are_nowhere_and_personal_data_only_with_their_owners(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """Every log line, table row, queue file and visited address is searched."""
    page, visited = await new_page(chromium), list[str]()
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    await register_provisionally(page, system, customer)
    link = await system.activation_url(customer.email_address)
    await activate(page, link, customer)
    await expect_heading(page, "本登録が完了しました。")
    await press(page, "そのままログイン")
    await page.goto(f"{system.url}/charges")
    await press(page, "ログアウト")
    await log_in(page, system, customer.account_id, customer.password)
    session = next(
        cookie["value"]
        for cookie in await page.context.cookies()
        if "session" in cookie["name"] or "sid" in cookie["name"]
    )
    await page.context.close()

    secrets = [customer.password, link.rsplit("/", 1)[-1], session]
    personal = [
        customer.phone_number,
        customer.email_address,
        customer.holder_kana,
        HolderKana(customer.holder_kana).key,
    ]
    personal = [*personal, customer.email_address.partition("@")[0]]
    assert not [url for url in visited for text in [*secrets, *personal] if text in url]
    found = await leaks_in_tables(system, secrets, personal) + leaks_in_files(
        system.folder, [*secrets, *personal]
    )
    assert found == []


async def leaks_in_tables(system: System, secrets: list[str], personal: list[str]) -> list[str]:
    """Names of tables that hold what they must not."""
    server = PrivatePostgres.running_in(system.folder / "postgres")
    assert server
    found, searched = [], 0
    for service in SERVICES:
        database = await Database.open(server.url(f"mypage_{service}"))
        async with database.transaction() as tx:
            tables = [
                row["tablename"]
                for row in await tx.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ]
            for table in tables:
                rows = "\n".join(
                    row["row"] for row in await tx.fetch(f"SELECT whole::text AS row FROM {table} AS whole")
                )
                searched += len(rows)
                forbidden = secrets if table in OWNERS else [*secrets, *personal]
                hidden = [*forbidden, *(text.encode().hex() for text in forbidden)]  # bytea prints as hex
                found += [f"{service}.{table}" for text in hidden if text in rows]
        await database.close()
    assert searched > 1_000
    return found


def leaks_in_files(folder: Path, forbidden: list[str]) -> list[str]:
    """Names of log files and broker files that hold what they must not. The caught mails and the imported
    CSVs are not ours to judge.
    """
    found, searched = [], 0
    for place in (folder / "log", folder / "rabbitmq"):
        for file in place.rglob("*") if place.exists() else []:
            if file.is_file():
                content = file.read_bytes()
                searched += len(content)
                found += [str(file.relative_to(folder)) for text in forbidden if text.encode() in content]
    assert searched > 1_000
    return found
