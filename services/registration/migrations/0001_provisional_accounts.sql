-- What is personal is there while somebody may still need it, and gone at once afterwards (T21).
CREATE TABLE provisional_accounts (
    registration_key uuid PRIMARY KEY,
    contract_key uuid NOT NULL,
    customer_number text NOT NULL,
    account_id_as_typed text,
    password_hash text,
    email_address text,
    nickname text,
    activation_token_hash text NOT NULL UNIQUE,
    state text NOT NULL DEFAULT 'registered',
    registered_at timestamptz NOT NULL DEFAULT now(),
    mail_sent_at timestamptz,
    activated_at timestamptz,
    ended_at timestamptz,
    login_ticket_hash text,
    wrong_passwords int NOT NULL DEFAULT 0,
    wrong_password_wait_until timestamptz,
    redrives int NOT NULL DEFAULT 0,
    redrive_at timestamptz,
    CHECK (state IN ('registered', 'mail_sent', 'activated', 'completed', 'expired', 'superseded', 'mail_abandoned', 'rejected')),
    CHECK ((state IN ('expired', 'superseded', 'mail_abandoned', 'rejected')) = (ended_at IS NOT NULL)),
    CHECK ((state IN ('registered', 'mail_sent', 'activated', 'completed')) = (account_id_as_typed IS NOT NULL)),
    CHECK (
        num_nonnulls(password_hash, email_address, nickname)
        = CASE WHEN state IN ('registered', 'mail_sent', 'activated') THEN 3 ELSE 0 END
    )
);
CREATE UNIQUE INDEX provisional_accounts_one_per_contract ON provisional_accounts (contract_key)
    WHERE state IN ('registered', 'mail_sent', 'activated', 'completed');
CREATE INDEX provisional_accounts_live ON provisional_accounts (registered_at) WHERE state IN ('registered', 'mail_sent');
CREATE INDEX provisional_accounts_to_redrive ON provisional_accounts (redrive_at) WHERE state = 'activated';
CREATE INDEX provisional_accounts_ended ON provisional_accounts (ended_at) WHERE ended_at IS NOT NULL;

-- The account-ID namespace: this primary key decides every race (Q9, X9). A claim counts while its registration holds the ID.
-- The key is checked at commit, since the claim is locked before the row behind it is written.
CREATE TABLE account_id_claims (
    account_id_folded text PRIMARY KEY,
    registration_key uuid NOT NULL REFERENCES provisional_accounts DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX account_id_claims_by_registration ON account_id_claims (registration_key);
