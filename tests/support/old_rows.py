"""Rows of every age that docs/retention.md speaks of, as many as a test wants."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.database.db import Database
from support.old_second_factors import UNFINISHED
from support.rules_of_age import ACCOUNTS, Rule

ENDED = """
    INSERT INTO provisional_accounts (registration_key, contract_key, customer_number, activation_token_hash,
        state, ended_at, claim_swept)
    SELECT gen_random_uuid(), gen_random_uuid(), 'x', gen_random_uuid()::text, 'expired', now() - {age},
        {swept}
    FROM generate_series(1, $N)
"""
_HITS = """
    INSERT INTO throttle_hits (bucket, hit_at)
    SELECT 'x' || n, now() - $AGE FROM generate_series(1, $N) AS n
"""
_INBOX = """
    INSERT INTO inbox (consumer, message_id, handled_at)
    SELECT 'x', gen_random_uuid(), now() - $AGE FROM generate_series(1, $N)
"""

RULES: Mapping[str, Rule] = {
    "hits of identity": Rule("identity", "forget_old", "throttle_hits", "2 days", _HITS),
    "hits of registration": Rule("registration", "forget_old", "throttle_hits", "2 days", _HITS),
    "inbox of identity": Rule("identity", "forget_old", "inbox", "30 days", _INBOX),
    "inbox of registration": Rule("registration", "forget_old", "inbox", "30 days", _INBOX),
    "inbox of notification": Rule("notification", "forget", "inbox", "30 days", _INBOX),
    "sessions": Rule(
        "identity",
        "forget_old",
        "sessions",
        "1800 seconds",
        ACCOUNTS.format(name="$AGE", closed="interval '1 day'", replaced="now()")
        + """;
        INSERT INTO sessions (session_token_hash, account_key, last_seen_at)
        SELECT 'x' || account_key, account_key, now() - $AGE FROM accounts
        WHERE account_key NOT IN (SELECT account_key FROM sessions) LIMIT $N
        """,
    ),
    "links to a new password": Rule(
        "identity",
        "forget_old_resets",
        "password_resets",
        "7 days",
        ACCOUNTS.format(name="$AGE", closed="interval '1 day'", replaced="now()")
        + """;
        INSERT INTO password_resets (reset_key, account_key, reset_token_hash, sent_to, asked_at)
        SELECT account_key, account_key, account_key::text, 'x', now() - $AGE FROM accounts
        WHERE account_key NOT IN (SELECT account_key FROM password_resets) LIMIT $N
        """,
    ),
    "spent tickets": Rule(
        "identity",
        "forget_old",
        "spent_login_proofs",
        "1 day",
        """
        INSERT INTO spent_login_proofs (registration_key, spent_at)
        SELECT gen_random_uuid(), now() - $AGE FROM generate_series(1, $N)
        """,
    ),
    "audit": Rule(
        "identity",
        "forget_old_audit",
        "audit_entries",
        "1 year",
        """
        INSERT INTO audit_entries (happened_at, kind) SELECT now() - $AGE, 'x' FROM generate_series(1, $N)
        """,
    ),
    "audit of the desk": Rule(
        "identity",
        "forget_old_audit",
        "audit_entries",
        "7 years",
        """
        INSERT INTO audit_entries (happened_at, kind, done_by, reason)
        SELECT now() - $AGE, 'x', 'x', 'x' FROM generate_series(1, $N)
        """,
    ),
    "codes of the desk": Rule(
        "identity",
        "forget_old_codes",
        "enrolment_codes",
        "1 day",
        ACCOUNTS.format(name="$AGE", closed="interval '1 day'", replaced="now()")
        + """;
        INSERT INTO enrolment_codes (account_key, code_hash, issued_at)
        SELECT account_key, 'x', now() - $AGE FROM accounts
        WHERE account_key NOT IN (SELECT account_key FROM enrolment_codes) LIMIT $N
        """,
    ),
    "challenges for passkeys": Rule(
        "identity",
        "forget_old_challenges",
        "passkey_challenges",
        "1 day",
        """
        INSERT INTO passkey_challenges (challenge_hash, spent_by, made_at)
        SELECT gen_random_uuid(), 'x', now() - $AGE FROM generate_series(1, $N)
        """,
    ),
    **UNFINISHED,
    "closed accounts": Rule(
        "identity",
        "forget_closed_accounts",
        "accounts",
        "7 years",
        ACCOUNTS.format(name="$AGE", closed="$AGE", replaced="now()"),
    ),
    "replaced contracts": Rule(
        "identity",
        "forget_old_contracts",
        "contracts",
        "7 years",
        """
        INSERT INTO contracts
            (customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on, replaced_at)
        SELECT 'x', 'person', 'カナ', ARRAY['0748660739'], 'active', '2019-04-01', now() - $AGE
        FROM generate_series(1, $N)
        """,
    ),
    "imports of contracts": Rule(
        "identity",
        "forget_old_contracts",
        "imports",
        "7 years",
        """
        INSERT INTO imports (imported_at, imported_by, file_sha256, read_rows, added, changed, unchanged,
            closed, frozen_accounts)
        SELECT now() - $AGE, 'x', 'x', 0, 0, 0, 0, 0, 0 FROM generate_series(1, $N)
        """,
    ),
    "ended registrations": Rule(
        "registration",
        "forget_old",
        "provisional_accounts",
        "30 days",
        ENDED.format(age="$AGE", swept="true"),
    ),
    "contracts that passed on": Rule(
        "registration",
        "forget_old",
        "replaced_contracts",
        "90 days",
        """
        INSERT INTO replaced_contracts (contract_key, replaced_at)
        SELECT gen_random_uuid(), now() - $AGE FROM generate_series(1, $N)
        """,
    ),
    "forms": Rule(
        "registration",
        "sweep",
        "registered_forms",
        "1 hour",
        ENDED.format(age="interval '1 day'", swept="true")
        + """;
        INSERT INTO registered_forms (registration_key, content_name, proof_name, revision, registered_at)
        SELECT registration_key, 'x', 'x', 1, now() - $AGE FROM provisional_accounts
        WHERE registration_key NOT IN (SELECT registration_key FROM registered_forms) LIMIT $N
        """,
    ),
    "mails": Rule(
        "notification",
        "forget",
        "mails",
        "30 days",
        """
        INSERT INTO mails (mail_key, kind, about_key, facts, state, ended_at)
        SELECT gen_random_uuid(), 'activation', gen_random_uuid(), '{}', 'sent', now() - $AGE
        FROM generate_series(1, $N)
        """,
    ),
    "inbox of billing": Rule("billing", "forget_old_notices", "inbox", "30 days", _INBOX),
    "notices of published months": Rule(
        "billing",
        "forget_old_notices",
        "bill_notices",
        "13 months",
        """
        INSERT INTO bill_notices (account_key, billing_month, notice_key, stop_token_hash, given_at)
        SELECT gen_random_uuid(), '2026-10-01', gen_random_uuid(), gen_random_uuid()::text, now() - $AGE
        FROM generate_series(1, $N)
        """,
    ),
    "imports of charges": Rule(
        "billing",
        "forget_old_imports",
        "imports",
        "7 years",
        """
        INSERT INTO imports (imported_at, imported_by, statements_sha256, lines_sha256, read_statements,
            read_lines, added, changed, unchanged)
        SELECT now() - $AGE, 'x', 'x', 'x', 0, 0, 0, 0, 0 FROM generate_series(1, $N)
        """,
    ),
    "statements": Rule(
        "billing",
        "forget_old_statements",
        "statements",
        "7 years",
        """
        INSERT INTO statements (customer_number, billing_month, base_10_yen, tax_10_yen, base_8_yen,
            tax_8_yen, base_0_yen, amount_yen)
        SELECT 'x' || n, date_trunc('month', (now() AT TIME ZONE 'Asia/Tokyo') - $AGE), 0, 0, 0, 0, 0, 0
        FROM generate_series(1, $N) AS n
        """,
    ),
    "issued statements": Rule(
        "billing",
        "forget_old_revisions",
        "issued_statements",
        "7 years",
        """
        INSERT INTO issued_statements
            (billing_month, customer_number, revision, issued_at, digest, line_checks)
        SELECT date_trunc('month', (now() AT TIME ZONE 'Asia/Tokyo') - $AGE), 'x' || n, 1, now(), '', ''
        FROM generate_series(1, $N) AS n
        """,
    ),
}


async def make(database: Database, rule: Rule, count: int, age: str) -> None:
    """So many rows of that age."""
    async with database.own_connection() as connection:
        await connection.execute(
            rule.rows.replace("'$AGE'", f"'{age}'")
            .replace("$N", str(count))
            .replace("$AGE", f"interval '{age}'")
        )
