"""How much room rows take, and what it costs to import and to forget a month. To be run by
`PYTHONPATH=tests:. python -m bench.sizes`.

Charges come in by the very import that operators run, eight lines for each statement; the other tables are
filled with values as long as real ones. Figures of docs/scale.md are made of what this prints.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import resource
import sys
import tempfile
from pathlib import Path

import asyncpg

from bench.cpu import Part, cpu_seconds
from chassis.database.batches import delete_in_batches
from chassis.database.db import Database
from chassis.process.clock import monotonic
from mypage.local.databases import as_owner, ensure_databases, migrate_all
from mypage.local.postgres import PrivatePostgres
from services.billing.imports.import_charges import import_charges
from services.billing.statements.repository import forget_old_statements

LINES = (
    ("光インターネット", "基本料金 1Gコース"),
    ("光インターネット", "回線終端装置利用料"),
    ("光インターネット", "Wi-Fiルーター利用料"),
    ("ケーブルテレビ", "スタンダードコース"),
    ("ケーブルテレビ", "セットトップボックス利用料"),
    ("ケーブルプラス電話", "基本料金"),
    ("ケーブルプラス電話", "通話料"),
    ("その他", "セット割引（ネット＋テレビ＋電話）"),
)
_HEX = "encode(sha256(n::text::bytea), 'hex')"
_IDENTITY = f"""
    INSERT INTO contracts (customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on)
    SELECT (10000000 + n)::text, 'person', 'アイコムタロウ',
        ARRAY['07486607' || n % 100, '0901234' || n % 10000], 'active', '2019-04-01'
    FROM generate_series(1, $N) AS n;
    INSERT INTO accounts (account_key, registration_key, contract_key, account_id_as_typed, account_id_folded,
        password_hash, email_address, nickname, last_login_at)
    SELECT gen_random_uuid(), gen_random_uuid(), contract_key, 'Taro-' || customer_number,
        'taro-' || customer_number, rpad('$argon2id$v=19$m=19456,t=2,p=1$', 97, 'x'),
        'taro.' || customer_number || '@example.ne.jp', 'コウカのそら', now() FROM contracts;
    INSERT INTO sessions (session_token_hash, account_key, previous_login_at)
    SELECT encode(sha256(account_id_folded::bytea), 'hex'), account_key, now() FROM accounts;
    INSERT INTO spent_login_proofs (registration_key) SELECT registration_key FROM accounts;
    INSERT INTO throttle_hits (bucket) SELECT 'proof.number:' || {_HEX} FROM generate_series(1, $N) AS n;
"""
_REGISTRATION = f"""
    INSERT INTO provisional_accounts (registration_key, contract_key, customer_number, account_id_as_typed,
        activation_token_hash, state, mail_sent_at, activated_at, login_ticket_hash, completed_at)
    SELECT gen_random_uuid(), gen_random_uuid(), (10000000 + n)::text, 'Taro-' || n, {_HEX}, 'completed',
        now(), now(), {_HEX}, now() FROM generate_series(1, $N) AS n;
    INSERT INTO account_id_claims (account_id_folded, registration_key)
    SELECT lower(account_id_as_typed), registration_key FROM provisional_accounts;
"""
_NOTIFICATION = """
    INSERT INTO mails (mail_key, kind, about_key, facts, state, attempts, ended_at)
    SELECT gen_random_uuid(), 'activation', gen_random_uuid(),
        jsonb_build_object('bound_to', gen_random_uuid()), 'sent', 1, now() FROM generate_series(1, $N) AS n;
    INSERT INTO inbox (consumer, message_id) SELECT 'notification', gen_random_uuid()
    FROM generate_series(1, $N) AS n;
"""
_SIZES = """
    SELECT relname, n_live_tup AS rows, pg_table_size(relid) AS heap, pg_indexes_size(relid) AS indexes,
        pg_total_relation_size(relid) AS total
    FROM pg_stat_user_tables WHERE n_live_tup > 1000 ORDER BY relname
"""


def write_month(folder: Path, month: str, customers: int) -> tuple[Path, Path]:
    """The two files of that month's charges."""
    statements, lines = folder / "statements.csv", folder / "statement_lines.csv"
    with statements.open("w", newline="") as first, lines.open("w", newline="") as second:
        totals, each_line = csv.writer(first), csv.writer(second)
        totals.writerow(
            ["お客様番号", "請求年月", "10%対象額", "10%消費税", "8%対象額", "8%消費税", "対象外額", "請求額"]
        )
        each_line.writerow(["お客様番号", "請求年月", "行番号", "サービス", "内訳", "税率", "金額"])
        for number in range(10_000_001, 10_000_001 + customers):
            base = 0
            for position, (service, item) in enumerate(LINES, 1):
                yen = -550 if position == len(LINES) else 100 * position + number % 10 * 10
                base += yen
                each_line.writerow([number, month, position, service, item, "10%", yen])
            totals.writerow([number, month, base, base // 10, 0, 0, 0, base + base // 10])
    return statements, lines


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _import(url: str, server: Part, files: tuple[Path, Path], customers: int) -> None:
    database, connection = await Database.open(url), await asyncpg.connect(url)
    wal_before = await connection.fetchval("SELECT pg_current_wal_lsn()")
    temporary = "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()"
    spilled_before = await connection.fetchval(temporary)
    began, client = monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    server_before = cpu_seconds([server])[server.name]
    await import_charges(database, *files, publish=True, dry_run=False)
    took, used = monotonic() - began, resource.getrusage(resource.RUSAGE_SELF)
    wal = await connection.fetchval("SELECT pg_current_wal_lsn() - $1::pg_lsn", wal_before)
    await asyncio.sleep(2)  # until its session is counted among what has ended, and the statistics have come
    of_server = cpu_seconds([server])[server.name] - server_before
    spilled = await connection.fetchval(temporary) - spilled_before
    of_client = used.ru_utime + used.ru_stime - client.ru_utime - client.ru_stime
    _say(
        f"import of {customers} statements and {customers * len(LINES)} lines: {took:.1f} s, "
        f"CPU of the command {of_client:.1f} s, of the server {of_server:.1f} s; "
        f"WAL {int(wal) / 1e6:.0f} MB, spilled to temporary files {spilled / 1e6:.0f} MB; "
        f"the command's peak {used.ru_maxrss / 1e3:.0f} MB"
    )
    await connection.close()
    await database.close()


async def _forget(url: str, server: Part) -> None:
    database, connection = await Database.open(url), await asyncpg.connect(url)
    wal_before = await connection.fetchval("SELECT pg_current_wal_lsn()")
    server_before, began = cpu_seconds([server])[server.name], monotonic()
    await delete_in_batches(database, {"statements": forget_old_statements})
    took, of_server = monotonic() - began, cpu_seconds([server])[server.name] - server_before
    wal = await connection.fetchval("SELECT pg_current_wal_lsn() - $1::pg_lsn", wal_before)
    left = await connection.fetchval("SELECT count(*) FROM statements WHERE billing_month < '2019-01-01'")
    _say(
        f"to forget the month of 2018 again: {took:.1f} s, CPU of the server {of_server:.1f} s, "
        f"WAL {int(wal) / 1e6:.0f} MB; statements left of it: {left}"
    )
    await connection.close()
    await database.close()


async def _print_sizes(url: str, statements: str, customers: int) -> None:
    connection = await asyncpg.connect(url)
    if statements:
        await connection.execute(statements.replace("$N", str(customers)))
    await connection.execute("VACUUM ANALYZE")
    for row in await connection.fetch(_SIZES):
        heap, indexes, total = (row[part] / row["rows"] for part in ("heap", "indexes", "total"))
        _say(f"| {row['relname']} | {row['rows']:,} | {heap:.0f} | {indexes:.0f} | {total:.0f} |")
    await connection.close()


async def main(customers: int, months: int) -> None:
    """Prints the bytes of a row in each table, and what each month's import cost."""
    with tempfile.TemporaryDirectory(prefix="mypage-sizes-") as name:
        folder = Path(name)
        os.chmod(name, 0o755)  # PostgreSQL runs as another user where this runs as root
        server = PrivatePostgres(folder / "postgres")
        await server.start()
        try:
            urls = await ensure_databases(server.url(), folder)
            await migrate_all(as_owner(urls, folder))
            part = Part("postgres", (f" -p {server.port} ",))
            for month in range(1, months + 1):
                files = write_month(folder, f"2026/{month:02}", customers)
                await _import(urls["billing"], part, files, customers)
            _say("| table | rows | table, bytes a row | indexes | together |\n|---|---|---|---|---|")
            await _print_sizes(urls["identity"], _IDENTITY, customers)
            await _print_sizes(urls["registration"], _REGISTRATION, customers)
            await _print_sizes(urls["notification"], _NOTIFICATION, customers)
            await _print_sizes(urls["billing"], "", customers)
            await _import(urls["billing"], part, write_month(folder, "2018/01", customers), customers)
            await _forget(urls["billing"], part)
        finally:
            await server.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.sizes", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=3)
    options = parser.parse_args()
    asyncio.run(main(options.customers, options.months))
