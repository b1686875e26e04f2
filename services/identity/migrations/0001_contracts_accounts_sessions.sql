-- A contract_key is one holder of one contract for ever; a customer number may pass on to another holder (Q23).
CREATE TABLE contracts (
    contract_key uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_number text NOT NULL,
    holder_kind text NOT NULL CHECK (holder_kind IN ('person', 'company')),
    holder_kana_key text NOT NULL,
    phone_numbers text[] NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'closed')),
    began_on date NOT NULL,
    closed_on date,
    replaced_at timestamptz,
    CHECK ((state = 'closed') = (closed_on IS NOT NULL))
);
CREATE UNIQUE INDEX contracts_one_per_number ON contracts (customer_number) WHERE replaced_at IS NULL;

-- What is personal is there while the account lives, and gone when it is closed.
CREATE TABLE accounts (
    account_key uuid PRIMARY KEY,
    registration_key uuid NOT NULL UNIQUE,
    contract_key uuid NOT NULL REFERENCES contracts,
    account_id_as_typed text,
    account_id_folded text UNIQUE,
    password_hash text,
    email_address text,
    nickname text,
    created_at timestamptz NOT NULL DEFAULT now(),
    frozen_at timestamptz,
    closing_notice_at timestamptz,
    closed_at timestamptz,
    last_login_at timestamptz,
    CHECK (
        num_nonnulls(account_id_as_typed, account_id_folded, password_hash, email_address, nickname)
        = CASE WHEN closed_at IS NULL THEN 5 ELSE 0 END
    )
);
CREATE UNIQUE INDEX accounts_one_per_contract ON accounts (contract_key) WHERE closed_at IS NULL;

CREATE TABLE sessions (
    session_token_hash text PRIMARY KEY,
    account_key uuid NOT NULL REFERENCES accounts,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    previous_login_at timestamptz
);
CREATE INDEX sessions_by_account ON sessions (account_key);
CREATE INDEX sessions_by_age ON sessions (last_seen_at);

CREATE TABLE spent_login_proofs (
    registration_key uuid PRIMARY KEY,
    spent_at timestamptz NOT NULL DEFAULT now()
);

-- The audit of imports (C11): who brought which file when, and what came of it.
CREATE TABLE imports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    imported_at timestamptz NOT NULL DEFAULT now(),
    imported_by text NOT NULL,
    file_sha256 text NOT NULL,
    read_rows int NOT NULL,
    added int NOT NULL,
    changed int NOT NULL,
    unchanged int NOT NULL,
    closed int NOT NULL,
    frozen_accounts int NOT NULL
);
