"""What a row of an age is made of, for `support.old_rows`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """`rows` makes `$N` rows of the age `$AGE` in `table`; they go when they are older than `kept`."""

    service: str
    run: str
    table: str
    kept: str
    rows: str


ACCOUNTS = """
    WITH contract AS (
        INSERT INTO contracts
            (customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on, replaced_at)
        SELECT '{name}' || n, 'person', 'カナ', ARRAY['0748660739'], 'active', '2019-04-01', {replaced}
        FROM generate_series(1, $N) AS n RETURNING contract_key
    )
    INSERT INTO accounts (account_key, registration_key, contract_key, closed_at)
    SELECT gen_random_uuid(), gen_random_uuid(), contract_key, now() - {closed} FROM contract
"""
