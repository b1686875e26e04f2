"""Invented customers, written straight into the databases of a system that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bench.bulk import without_indexes
from chassis.security.hashing import PasswordHasher
from chassis.security.tokens import token_hash
from messages.values import HolderKana

PASSWORD = "KirakiraBoshi26"
PHONE_NUMBER, HOLDER_KANA = "0748660739", "アイコム　タロウ"
NEWEST_MONTH = "2026-09"
_FIRST_CUSTOMER, _FIRST_NEWCOMER = 100_000_000, 900_000_000

_CONTRACTS = """
    INSERT INTO contracts (customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on)
    SELECT ($1::int + n)::text, 'person', $2, ARRAY[$3], 'active', '2019-04-01'
    FROM generate_series(1, $4::int) AS n
"""
_ACCOUNTS = """
    INSERT INTO accounts (account_key, registration_key, contract_key, account_id_as_typed, account_id_folded,
        password_hash, email_address, nickname)
    SELECT gen_random_uuid(), gen_random_uuid(), contract_key, 'b' || customer_number, 'b' || customer_number,
        $1, 'bench@example.jp', 'ベンチ'
    FROM contracts WHERE customer_number LIKE '1________'
"""
_SESSION = """
    INSERT INTO sessions (session_token_hash, account_key)
    SELECT $1, account_key FROM accounts WHERE account_id_folded = $2
"""
_MONTHS = """
    INSERT INTO published_months (billing_month)
    SELECT generate_series('2025-10-01'::date, '2026-09-01', '1 month')::date ON CONFLICT DO NOTHING
"""
_STATEMENTS = """
    INSERT INTO statements (customer_number, billing_month, base_10_yen, tax_10_yen, base_8_yen, tax_8_yen,
        base_0_yen, amount_yen)
    SELECT ($1::int + n)::text, m::date, 5000, 500, 0, 0, 0, 5500
    FROM generate_series('2025-10-01'::date, '2026-09-01', '1 month') AS m, generate_series(1, $2::int) AS n
"""
_LINES = """
    INSERT INTO statement_lines (statement_key, line_number, service, item, tax_rate_percent, amount_yen)
    SELECT statement_key, n, '光インターネット', '月額利用料 ' || n, 10, 1000
    FROM statements, generate_series(1, 5) AS n
    WHERE length(customer_number) = 9 AND billing_month >= $1::text::date
"""


@dataclass(frozen=True)
class Filling:
    """Who is to be there. `sessions`: of the customers, evenly spread, so many are logged in. `newcomers`
    have a contract and nothing else. Each customer has twelve months of charges, with five lines from
    `lines_since` on.
    """

    customers: int
    sessions: int
    newcomers: int = 0
    lines_since: str = "2025-10-01"

    @property
    def logged_in(self) -> list[int]:
        """Their numbers, which count from 1."""
        return [1 + n * self.customers // self.sessions for n in range(self.sessions)]


def account_id(number: int) -> str:
    """Of a customer."""
    return f"b{_FIRST_CUSTOMER + number}"


def newcomers_number(number: int) -> str:
    """The customer number of a newcomer."""
    return str(_FIRST_NEWCOMER + number)


async def fill(urls: Mapping[str, str], filling: Filling, cookies: Path) -> None:
    """Writes them, and one cookie a line for those who are logged in."""
    await asyncio.gather(_fill_identity(urls["identity"], filling), _fill_billing(urls["billing"], filling))
    lines = "".join(f"sid={_token(number)}\n" for number in filling.logged_in)
    await asyncio.to_thread(cookies.write_text, lines)


def _token(number: int) -> str:
    return f"bench-{number}"


async def _fill_identity(url: str, filling: Filling) -> None:
    identity = await asyncpg.connect(url)
    holder = (HolderKana.parse(HOLDER_KANA).key, PHONE_NUMBER)
    await identity.execute(_CONTRACTS, _FIRST_CUSTOMER, *holder, filling.customers)
    # One password has one hash here: a log-in reads the row of its own account and pays for its own check.
    await identity.execute(_ACCOUNTS, await PasswordHasher().hash(PASSWORD))
    await identity.execute(_CONTRACTS, _FIRST_NEWCOMER, *holder, filling.newcomers)
    rows = [(token_hash(_token(number)), account_id(number)) for number in filling.logged_in]
    await identity.executemany(_SESSION, rows)
    await identity.execute("VACUUM ANALYZE")
    await identity.close()


async def _fill_billing(url: str, filling: Filling) -> None:
    billing = await asyncpg.connect(url)
    await billing.execute(_MONTHS)
    async with without_indexes(billing, ("statements", "statement_lines")):
        await billing.execute(_STATEMENTS, _FIRST_CUSTOMER, filling.customers)
        await billing.execute(_LINES, filling.lines_since)
    await billing.execute("VACUUM ANALYZE statements")
    await billing.execute("VACUUM ANALYZE statement_lines")
    await billing.close()
