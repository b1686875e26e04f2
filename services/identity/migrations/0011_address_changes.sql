-- A change of the mail address of an account: proved by a link to the new address, to be taken back by one to
-- the old address. A row
-- goes when nothing can come of it any more.
CREATE TABLE address_changes (
    change_key uuid PRIMARY KEY,
    account_key uuid NOT NULL REFERENCES accounts,
    new_address text NOT NULL,
    old_address text,
    link_token_hash text NOT NULL UNIQUE,
    undo_token_hash text UNIQUE,
    asked_at timestamptz NOT NULL DEFAULT now(),
    cancelled_at timestamptz,
    changed_at timestamptz,
    undone_at timestamptz
);
CREATE INDEX address_changes_by_account ON address_changes (account_key, asked_at);
CREATE INDEX address_changes_by_age ON address_changes (asked_at);
