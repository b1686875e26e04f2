"""Our five processes over RabbitMQ, as `mypage up --processes` runs them, with many customers."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_path

import aiohttp
import asyncpg

from bench.cpu import Part
from chassis.security.tokens import token_hash
from mypage.local.databases import ensure_databases
from mypage.local.ports import free_ports
from mypage.local.postgres import PrivatePostgres

ROOT = Path(__file__).parents[2]
_PACKAGES = ("chassis", "messages", "gateway", "services", "mypage")
_READY_WITHIN = 120.0  # seconds
SERVICES = ("identity", "registration", "notification", "billing")

_CUSTOMERS = """
    INSERT INTO contracts (customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on)
    SELECT 'B' || n, 'person', 'アイコム', ARRAY['0748660739'], 'active', '2019-04-01'
    FROM generate_series(1, {count}) AS n;
    INSERT INTO accounts (account_key, registration_key, contract_key, account_id_as_typed, account_id_folded,
        password_hash, email_address, nickname)
    SELECT gen_random_uuid(), gen_random_uuid(), contract_key, customer_number, lower(customer_number),
        'none', 'bench@example.jp', 'ベンチ'
    FROM contracts WHERE customer_number LIKE 'B%';
"""
_CHARGES = """
    INSERT INTO published_months (billing_month)
    SELECT generate_series('2025-10-01'::date, '2026-09-01', '1 month')::date ON CONFLICT DO NOTHING;
    INSERT INTO statements (customer_number, billing_month, base_10_yen, tax_10_yen, base_8_yen, tax_8_yen,
        base_0_yen, amount_yen)
    SELECT 'B' || n, m::date, 5000, 500, 0, 0, 0, 5500
    FROM generate_series(1, {count}) AS n, generate_series('2025-10-01'::date, '2026-09-01', '1 month') AS m;
    INSERT INTO statement_lines (statement_key, line_number, service, item, tax_rate_percent, amount_yen)
    SELECT statement_key, n, '光インターネット', '月額利用料 ' || n, 10, 1000
    FROM statements, generate_series(1, 5) AS n WHERE customer_number LIKE 'B%';
"""


@dataclass(frozen=True)
class Ours:
    """Where it stands, and the parts that it is made of."""

    url: str
    cookies: Path
    database_urls: dict[str, str]
    server_url: str  # of the PostgreSQL server, as its superuser
    parts: tuple[Part, ...]
    processes: Part  # our five


@asynccontextmanager
async def ours(folder: Path, *, customers: int, sessions: int) -> AsyncIterator[Ours]:
    """Runs for the block, from bytecode, as the images do: to compile costs a process half a second and 7 MB.
    Each of the first `sessions` customers is logged in.
    """
    port, inbox_port = free_ports(2)
    environment = {
        **os.environ,
        "MYPAGE_DATA_DIR": str(folder),
        "MYPAGE_PORT": str(port),
        "MYPAGE_INBOX_PORT": str(inbox_port),
        "PYTHONPATH": str(ROOT),
    }
    compile_all = (sys.executable, "-m", "compileall", "-q", get_path("purelib"), *_PACKAGES)
    await asyncio.to_thread(subprocess.run, compile_all, cwd=ROOT, stdout=subprocess.DEVNULL)
    command = (sys.executable, "-m", "mypage", "up", "--processes")
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await _answered(f"http://127.0.0.1:{port}/login")
        postgres = PrivatePostgres(folder / "postgres")
        await postgres.start()  # it runs: its port and password are read
        urls = await ensure_databases(postgres.url(), folder)
        cookies = await _with_customers(urls, folder, customers, sessions)
        yield Ours(
            f"http://127.0.0.1:{port}",
            cookies,
            urls,
            postgres.url(),
            parts=(
                Part("gateway", (" -m gateway",), process.pid),
                *(Part(name, (f"-m services.{name}",), process.pid) for name in SERVICES),
                Part("broker", (f"{folder}/rabbitmq",)),
                Part("postgres", (f" -p {postgres.port} ",)),
            ),
            processes=Part("five processes", (" -m gateway", "-m services."), process.pid),
        )
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _with_customers(urls: dict[str, str], folder: Path, customers: int, sessions: int) -> Path:
    tokens = [f"bench-{number}" for number in range(1, sessions + 1)]
    identity = await asyncpg.connect(urls["identity"])
    await identity.execute(_CUSTOMERS.format(count=customers))
    rows = [(token_hash(token), f"b{number}") for number, token in enumerate(tokens, 1)]
    await identity.executemany(
        """
        INSERT INTO sessions (session_token_hash, account_key)
        SELECT $1, account_key FROM accounts WHERE account_id_folded = $2
        """,
        rows,
    )
    await identity.execute("ANALYZE")
    await identity.close()
    billing = await asyncpg.connect(urls["billing"])
    await billing.execute(_CHARGES.format(count=customers))
    await billing.execute("VACUUM ANALYZE statements")
    await billing.execute("VACUUM ANALYZE statement_lines")
    await billing.close()
    path = folder / "cookies.txt"
    path.write_text("\n".join(f"sid={token}" for token in tokens) + "\n")
    return path


async def _answered(url: str) -> None:
    async with asyncio.timeout(_READY_WITHIN), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
