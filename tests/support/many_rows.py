"""What lies in the databases of a company with many customers: so much that PostgreSQL looks things up."""

from __future__ import annotations

CUSTOMERS = 20_000

_EVERYWHERE = """
    INSERT INTO inbox (consumer, message_id, handled_at)
    SELECT 'somebody', gen_random_uuid(), now() - n * interval '1 minute' FROM generate_series(1, $N) AS n;
    INSERT INTO throttle_hits (bucket, hit_at)
    SELECT 'bucket ' || n, now() - n * interval '5 seconds' FROM generate_series(1, $N) AS n;
"""

_OF_SERVICE = {
    "identity": """
        INSERT INTO contracts
            (customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on, closed_on)
        SELECT 'many' || n, 'person', 'カナ', ARRAY['0748660739'],
            CASE WHEN n % 50 = 0 THEN 'closed' ELSE 'active' END, '2019-04-01',
            CASE WHEN n % 50 = 0 THEN current_date END
        FROM generate_series(1, $N) AS n;
        INSERT INTO accounts (account_key, registration_key, contract_key,
            account_id_as_typed, account_id_folded, password_hash, email_address, nickname)
        SELECT gen_random_uuid(), gen_random_uuid(), contract_key,
            customer_number, customer_number, 'x', customer_number || '@example.jp', 'x'
        FROM contracts;
        INSERT INTO password_resets (reset_key, account_key, reset_token_hash, sent_to, asked_at)
        SELECT gen_random_uuid(), account_key, 'many' || account_id_folded, 'x', now()
        FROM accounts;
        INSERT INTO sessions (session_token_hash, account_key)
        SELECT 'many' || account_id_folded, account_key FROM accounts;
        INSERT INTO spent_login_proofs (registration_key) SELECT registration_key FROM accounts;
        INSERT INTO audit_entries (kind, account_key, contract_key, happened_at, done_by, reason)
        SELECT 'x', account_key, contract_key, now() - n * interval '1 minute', who, who
        FROM accounts, generate_series(1, 3) AS n, (VALUES ('x'), (NULL)) AS both_kinds (who);
        INSERT INTO enrolment_codes (account_key, code_hash) SELECT account_key, 'x' FROM accounts;
        INSERT INTO passkeys
            (passkey_key, account_key, credential_id, public_key, sign_count, transports, name)
        SELECT gen_random_uuid(), account_key, account_id_folded::bytea, 'x', 0, '{}', 'x' FROM accounts;
        INSERT INTO passkey_challenges (challenge_hash, account_key)
        SELECT 'many' || account_id_folded, account_key FROM accounts;
        INSERT INTO second_factors SELECT account_key, 'x', 'x', 0, '{}', gen_random_uuid() FROM accounts;
        INSERT INTO second_factor_setups (session_token_hash, secret_key_id, secret_box)
        SELECT session_token_hash, 'x', 'x' FROM sessions;
        INSERT INTO pending_log_ins (session_token_hash, account_key)
        SELECT session_token_hash, account_key FROM sessions;
        INSERT INTO imports
            (imported_by, file_sha256, read_rows, added, changed, unchanged, closed, frozen_accounts)
        SELECT 'x', 'x', 0, 0, 0, 0, 0, 0 FROM generate_series(1, 5000);
    """,
    "registration": """
        INSERT INTO provisional_accounts
            (registration_key, contract_key, customer_number, account_id_as_typed,
            activation_token_hash, state, registered_at, completed_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 'many' || n, 'many' || n, 'many' || n, 'completed',
            now() - n * interval '1 hour', now() - n * interval '1 hour'
        FROM generate_series(1, $N) AS n;
        INSERT INTO account_id_claims (account_id_folded, registration_key)
        SELECT account_id_as_typed, registration_key FROM provisional_accounts;
        INSERT INTO provisional_accounts (registration_key, contract_key, customer_number,
            activation_token_hash, state, registered_at, ended_at, claim_swept)
        SELECT gen_random_uuid(), gen_random_uuid(), 'many' || n, 'ended' || n, 'expired',
            now() - n * interval '1 minute', now() - n * interval '1 minute', true
        FROM generate_series(1, $N) AS n;
        INSERT INTO registered_forms (registration_key, content_name, proof_name, revision)
        SELECT registration_key, 'x', registration_key::text, 1 FROM provisional_accounts
        WHERE ended_at IS NULL;
        INSERT INTO further_activation_tokens (activation_token_hash, registration_key)
        SELECT 'further' || activation_token_hash, registration_key FROM provisional_accounts;
        INSERT INTO replaced_contracts (contract_key) SELECT gen_random_uuid() FROM generate_series(1, 5000);
    """,
    "notification": """
        INSERT INTO mails (mail_key, kind, about_key, facts, state, created_at, ended_at)
        SELECT gen_random_uuid(), 'activation', gen_random_uuid(), '{}', 'sent',
            now() - n * interval '1 minute', now() - n * interval '1 minute'
        FROM generate_series(1, $N) AS n;
        INSERT INTO mails (mail_key, kind, about_key, facts, sealed_content, next_attempt_at, can_wait)
        SELECT gen_random_uuid(), 'bill_published', gen_random_uuid(), '{}', '',
            now() + interval '1 hour', true
        FROM generate_series(1, $N);
    """,
    "billing": """
        INSERT INTO published_months (billing_month)
        SELECT generate_series(
            date_trunc('month', now()) - interval '23 months', date_trunc('month', now()), '1 month'
        )::date;
        INSERT INTO statements (customer_number, billing_month, base_10_yen, tax_10_yen, base_8_yen,
            tax_8_yen, base_0_yen, amount_yen)
        SELECT 'many' || n, billing_month, 0, 0, 0, 0, 5000, 5000
        FROM generate_series(1, $N / 24) AS n, published_months;
        INSERT INTO statement_lines (statement_key, line_number, service, item, tax_rate_percent, amount_yen)
        SELECT statement_key, n, 'x', 'x', 0, 2500 FROM statements, generate_series(1, 2) AS n;
        INSERT INTO issued_statements
            (billing_month, customer_number, revision, issued_at, digest, line_checks)
        SELECT billing_month, customer_number, 1, now(), '', '' FROM statements;
        INSERT INTO imports (imported_by, statements_sha256, lines_sha256, read_statements, read_lines, added,
            changed, unchanged)
        SELECT 'x', 'x', 'x', 0, 0, 0, 0, 0 FROM generate_series(1, 5000);
        DELETE FROM published_months;
        INSERT INTO bill_notice_subscribers
            (account_key, contract_key, customer_number, charges_from, with_amount, since)
        SELECT gen_random_uuid(), gen_random_uuid(), 'many' || n % 800 + 1, '2019-04-01', n % 2 = 0,
            '2020-01-01'
        FROM generate_series(1, $N) AS n;
        INSERT INTO bill_notices (account_key, billing_month, notice_key, stop_token_hash)
        SELECT account_key, date_trunc('month', now()) - interval '1 month', gen_random_uuid(),
            account_key::text
        FROM bill_notice_subscribers;
    """,
}


def many_rows(service: str) -> str:
    """The statements that make them; then PostgreSQL is told how many there are."""
    made = (_OF_SERVICE[service] + _EVERYWHERE).replace("$N", str(CUSTOMERS))
    return made + "; ANALYZE"
