-- Contracts whose customer number passed on to another holder (Q23): identity would open no account for them.
CREATE TABLE replaced_contracts (
    contract_key uuid PRIMARY KEY,
    replaced_at timestamptz NOT NULL DEFAULT now()
);
