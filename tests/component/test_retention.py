"""docs/retention.md: what is old goes, however much of it an outage has left, and what is young stays
(X46).
"""

from __future__ import annotations

from typing import Any

import pytest
from support.notification_harness import a_service
from support.old_rows import ENDED, RULES, make
from support.rules_of_age import Rule
from test_plans import OF_THEMSELVES
from test_round_trips import HARNESSES

from chassis.database.batches import BATCH
from chassis.database.db import Database

BACKLOG = BATCH + 10
BY_MONTH = {"statements", "issued_statements"}  # a month is so old, not a row


async def by_itself(database: Database, service: str, run: str) -> None:
    """What the service does once in a while."""
    at_work = a_service(database, "smtp://127.0.0.1:9") if service == "notification" else None
    await OF_THEMSELVES[service][run][1](at_work or HARNESSES[service](database).service)


async def count(database: Database, table: str) -> int:
    """Of its rows."""
    async with database.transaction() as tx:
        found: int = await tx.fetchval(f"SELECT count(*) FROM {table}")
    return found


@pytest.mark.parametrize("name", RULES)
async def test_what_is_old_goes_at_once_and_what_is_young_stays(fresh_database: Any, name: str) -> None:
    """More than one batch of it in one run."""
    rule = RULES[name]
    database = await fresh_database(rule.service)
    await make(database, rule, 3, f"{rule.kept} -1 minute" if rule.table not in BY_MONTH else rule.kept)
    young = await count(database, rule.table)
    await make(
        database, rule, BACKLOG, f"{rule.kept} 1 minute" if rule.table not in BY_MONTH else "85 months"
    )
    assert await count(database, rule.table) == young + BACKLOG
    await by_itself(database, rule.service, rule.run)
    assert await count(database, rule.table) == young


async def test_the_lines_of_a_statement_go_with_it(fresh_database: Any) -> None:
    """And nobody else's."""
    database = await fresh_database("billing")
    for age in ("84 months", "85 months"):
        await make(database, RULES["statements"], 1, age)
    async with database.transaction() as tx:
        await tx.execute("""
            INSERT INTO statement_lines
                (statement_key, line_number, service, item, tax_rate_percent, amount_yen)
            SELECT statement_key, n, 'x', 'x', 0, 0 FROM statements, generate_series(1, 3) AS n
        """)
    await by_itself(database, "billing", "forget_old_statements")
    assert await count(database, "statement_lines") == 3


async def test_a_closed_account_stays_as_long_as_an_audit_names_it(fresh_database: Any) -> None:
    """And its contract as long as the account."""
    database = await fresh_database("identity")
    await make(database, RULES["closed accounts"], 1, "8 years")
    async with database.transaction() as tx:
        await tx.execute("UPDATE contracts SET replaced_at = now() - interval '8 years'")
        await tx.execute("""
            INSERT INTO audit_entries (happened_at, done_by, kind, account_key, reason)
            SELECT now() - interval '6 years', 'x', 'x', account_key, 'x' FROM accounts
        """)
    runs = ("forget_old_audit", "forget_closed_accounts", "forget_old_contracts")
    for run in runs:
        await by_itself(database, "identity", run)
    assert (await count(database, "accounts"), await count(database, "contracts")) == (1, 1)
    async with database.transaction() as tx:
        await tx.execute("UPDATE audit_entries SET happened_at = now() - interval '8 years'")
    for run in runs:
        await by_itself(database, "identity", run)
    assert (await count(database, "accounts"), await count(database, "contracts")) == (0, 0)


async def test_the_claims_of_what_ended_go_and_are_looked_for_once(fresh_database: Any) -> None:
    """More than one batch of them; those of who lives stay."""
    database = await fresh_database("registration")
    rule = Rule("registration", "sweep", "provisional_accounts", "", ENDED.format(age="$AGE", swept="false"))
    await make(database, rule, BACKLOG, "1 minute")
    async with database.transaction() as tx:
        await tx.execute("""
            INSERT INTO provisional_accounts (registration_key, contract_key, customer_number,
                account_id_as_typed, activation_token_hash, state)
            VALUES (gen_random_uuid(), gen_random_uuid(), 'lives', 'lives', 'lives', 'completed');
            INSERT INTO account_id_claims (account_id_folded, registration_key)
            SELECT registration_key::text, registration_key FROM provisional_accounts
        """)
    await by_itself(database, "registration", "sweep")
    assert await count(database, "account_id_claims") == 1
    assert await count(database, "provisional_accounts WHERE NOT claim_swept") == 1


async def test_a_claim_that_is_being_taken_over_is_looked_at_again(fresh_database: Any) -> None:
    """Whether the taker commits or not, nothing is left for ever."""
    database = await fresh_database("registration")
    rule = Rule("registration", "sweep", "provisional_accounts", "", ENDED.format(age="$AGE", swept="false"))
    await make(database, rule, 2, "1 minute")
    async with database.transaction() as tx:
        await tx.execute("""
            INSERT INTO account_id_claims (account_id_folded, registration_key)
            SELECT registration_key::text, registration_key FROM provisional_accounts
        """)
    async with database.transaction() as taker:
        await taker.fetch("SELECT FROM account_id_claims LIMIT 1 FOR UPDATE")
        await by_itself(database, "registration", "sweep")
    assert await count(database, "account_id_claims") == 1
    await by_itself(database, "registration", "sweep")
    assert await count(database, "account_id_claims") == 0
    assert await count(database, "provisional_accounts WHERE NOT claim_swept") == 0
