-- 退会: the account is frozen at once and closed 30 days later; until then the desk can take it back.
ALTER TABLE accounts ADD COLUMN left_at timestamptz CHECK (left_at IS NULL OR frozen_at IS NOT NULL);
CREATE INDEX accounts_that_left ON accounts (left_at) WHERE left_at IS NOT NULL AND closed_at IS NULL;
