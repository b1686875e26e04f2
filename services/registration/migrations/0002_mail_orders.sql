-- An order of a mail that was lost on its way (a queue that was purged, a broker restored empty) is said again.
-- Only hashes of tokens are kept, so a repeated order carries a token of its own; each of them opens the registration.
ALTER TABLE provisional_accounts
    ADD COLUMN mail_orders int NOT NULL DEFAULT 1,
    ADD COLUMN next_mail_order_at timestamptz NOT NULL DEFAULT now() + interval '5 minutes';
CREATE INDEX provisional_accounts_without_mail ON provisional_accounts (next_mail_order_at) WHERE state = 'registered';

CREATE TABLE further_activation_tokens (
    activation_token_hash text PRIMARY KEY,
    registration_key uuid NOT NULL REFERENCES provisional_accounts ON DELETE CASCADE
);
CREATE INDEX further_activation_tokens_by_registration ON further_activation_tokens (registration_key);
