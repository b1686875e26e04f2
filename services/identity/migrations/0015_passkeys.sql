-- Passkeys: public keys of a customer's own devices, with which he logs in instead of ID and password (ADR 0072).
CREATE TABLE passkeys (
    passkey_key uuid PRIMARY KEY,
    account_key uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    credential_id bytea NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    transports text[] NOT NULL,
    name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz
);
CREATE INDEX passkeys_by_account ON passkeys (account_key, made_at);

-- What may be signed once: offered to an account that adds a passkey, or spent by a log-in, whose session it names.
CREATE TABLE passkey_challenges (
    challenge_hash text PRIMARY KEY,
    account_key uuid REFERENCES accounts ON DELETE CASCADE,
    made_at timestamptz NOT NULL DEFAULT now(),
    spent_by text
);
COMMENT ON COLUMN passkey_challenges.account_key IS 'NULL: a log-in''s';
COMMENT ON COLUMN passkey_challenges.spent_by IS 'the hash of a session''s token; NULL: not yet';
CREATE INDEX passkey_challenges_by_age ON passkey_challenges (made_at);
CREATE INDEX passkey_challenges_by_account ON passkey_challenges (account_key) WHERE account_key IS NOT NULL;

-- With what is personal of an account its passkeys go.
CREATE FUNCTION forget_passkeys_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM passkeys WHERE account_key = NEW.account_key;
    RETURN NULL;
END
$$;
CREATE TRIGGER closed_accounts_have_no_passkeys AFTER UPDATE OF closed_at ON accounts
FOR EACH ROW WHEN (NEW.closed_at IS NOT NULL) EXECUTE FUNCTION forget_passkeys_of_account();
