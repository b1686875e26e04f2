-- A second factor: the one-time codes of an authenticator application (ADR 0071). Log-ins look at the account's row alone,
-- whose lock decides between them and whoever turns the factor on or off.
ALTER TABLE accounts ADD COLUMN second_factor_since timestamptz;

-- The secret is a box that identity alone opens; a code is taken if its time step is newer than the last one.
CREATE TABLE second_factors (
    account_key uuid PRIMARY KEY REFERENCES accounts,
    secret_key_id text NOT NULL,
    secret_box text NOT NULL,
    last_step bigint NOT NULL,
    recovery_code_hashes text[] NOT NULL,
    recovery_codes_made_by uuid NOT NULL
);
CREATE INDEX second_factors_by_key ON second_factors (secret_key_id);

-- A secret that waits for its first code, in the session that began it: it ends with the session.
CREATE TABLE second_factor_setups (
    session_token_hash text PRIMARY KEY REFERENCES sessions ON DELETE CASCADE ON UPDATE CASCADE,
    secret_key_id text NOT NULL,
    secret_box text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX second_factor_setups_by_age ON second_factor_setups (begun_at);

-- ID and password were right, and the code is asked for. No session yet: nothing else is found by this hash.
CREATE TABLE pending_log_ins (
    session_token_hash text PRIMARY KEY,
    account_key uuid NOT NULL REFERENCES accounts,
    begun_at timestamptz NOT NULL DEFAULT now(),
    wrong_codes int NOT NULL DEFAULT 0,
    finished_by uuid
);
CREATE INDEX pending_log_ins_by_account ON pending_log_ins (account_key);
CREATE INDEX pending_log_ins_by_age ON pending_log_ins (begun_at);

-- A closed account has no factor, and where none is on no secret is kept, whoever turned it off.
CREATE FUNCTION closed_without_second_factor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.second_factor_since := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER closed_accounts_have_no_second_factor BEFORE UPDATE OF closed_at ON accounts
FOR EACH ROW WHEN (NEW.closed_at IS NOT NULL) EXECUTE FUNCTION closed_without_second_factor();

CREATE FUNCTION forget_second_factor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM second_factors WHERE account_key = NEW.account_key;
    DELETE FROM pending_log_ins WHERE account_key = NEW.account_key;
    RETURN NULL;
END
$$;
CREATE TRIGGER second_factors_that_are_off_are_gone AFTER UPDATE ON accounts
FOR EACH ROW WHEN (OLD.second_factor_since IS NOT NULL AND NEW.second_factor_since IS NULL)
EXECUTE FUNCTION forget_second_factor();

-- With the sessions of an account that is frozen or closed its log-ins are over that wait for a code.
CREATE OR REPLACE FUNCTION end_sessions_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM sessions WHERE account_key = NEW.account_key;
    DELETE FROM pending_log_ins WHERE account_key = NEW.account_key;
    RETURN NULL;
END
$$;
