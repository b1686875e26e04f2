-- Audits that are old enough to go are found by their age (docs/retention.md).
CREATE INDEX imports_by_age ON imports (imported_at);
