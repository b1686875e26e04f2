"""Secrets and log-ins for which no code came, of every age."""

from __future__ import annotations

from collections.abc import Mapping

from support.rules_of_age import ACCOUNTS, Rule

UNFINISHED: Mapping[str, Rule] = {
    "secrets without a code": Rule(
        "identity",
        "forget_unfinished",
        "second_factor_setups",
        "600 seconds",
        ACCOUNTS.format(name="$AGE", closed="interval '1 day'", replaced="now()")
        + """;
        WITH opened AS (
            INSERT INTO sessions (session_token_hash, account_key)
            SELECT gen_random_uuid(), (SELECT account_key FROM accounts LIMIT 1) FROM generate_series(1, $N)
            RETURNING session_token_hash
        )
        INSERT INTO second_factor_setups (session_token_hash, secret_key_id, secret_box, begun_at)
        SELECT session_token_hash, 'x', 'x', now() - $AGE FROM opened
        """,
    ),
    "log-ins without a code": Rule(
        "identity",
        "forget_unfinished",
        "pending_log_ins",
        "300 seconds",
        ACCOUNTS.format(name="$AGE", closed="interval '1 day'", replaced="now()")
        + """;
        INSERT INTO pending_log_ins (session_token_hash, account_key, begun_at)
        SELECT gen_random_uuid(), (SELECT account_key FROM accounts LIMIT 1), now() - $AGE
        FROM generate_series(1, $N)
        """,
    ),
}
