-- Each clean-up finds its rows by an index, however many others there are (docs/retention.md).
-- A registration that has ended is looked at once for a claim that it still has, and not at every sweep.
ALTER TABLE provisional_accounts ADD COLUMN claim_swept boolean NOT NULL DEFAULT false;
CREATE INDEX provisional_accounts_to_sweep ON provisional_accounts (ended_at) WHERE ended_at IS NOT NULL AND NOT claim_swept;

ALTER TABLE registered_forms ADD COLUMN registered_at timestamptz NOT NULL DEFAULT now();
UPDATE registered_forms AS f SET registered_at = p.registered_at FROM provisional_accounts AS p
WHERE f.registration_key = p.registration_key;
CREATE INDEX registered_forms_by_age ON registered_forms (registered_at);
CREATE INDEX replaced_contracts_by_age ON replaced_contracts (replaced_at);
