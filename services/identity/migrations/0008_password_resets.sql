-- A link to choose a new password. Only the hash of its token is here, and the address to which it went under a keyed
-- name: when the account has another address by now, the link is dead.
CREATE TABLE password_resets (
    reset_key uuid PRIMARY KEY,
    account_key uuid NOT NULL REFERENCES accounts,
    reset_token_hash text NOT NULL UNIQUE,
    sent_to text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    used_by text
);
CREATE INDEX password_resets_by_account ON password_resets (account_key, asked_at);
CREATE INDEX password_resets_by_age ON password_resets (asked_at);

-- Who forgot his ID or password is found by his address, however its letters are typed.
CREATE INDEX accounts_by_address ON accounts (lower(email_address)) WHERE email_address IS NOT NULL;
