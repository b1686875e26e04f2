-- A log-in that looked for the account just before identity opened it is not told wrong: when that was heard decides, however long
-- after 本登録 (a database that stood still). Unknown for registrations of before.
ALTER TABLE provisional_accounts ADD COLUMN completed_at timestamptz;
