-- Each clean-up finds its rows by an index, however many others there are (docs/retention.md).
CREATE INDEX sessions_by_creation ON sessions (created_at);
CREATE INDEX spent_login_proofs_by_age ON spent_login_proofs (spent_at);
CREATE INDEX contracts_closed ON contracts (closed_on) WHERE state = 'closed';
CREATE INDEX contracts_replaced ON contracts (replaced_at) WHERE replaced_at IS NOT NULL;
CREATE INDEX accounts_by_contract ON accounts (contract_key);
CREATE INDEX accounts_noticed ON accounts (closing_notice_at) WHERE closing_notice_at IS NOT NULL AND closed_at IS NULL;
CREATE INDEX accounts_closed ON accounts (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX desk_actions_by_account ON desk_actions (account_key);
CREATE INDEX desk_actions_by_age ON desk_actions (done_at);
CREATE INDEX imports_by_age ON imports (imported_at);
