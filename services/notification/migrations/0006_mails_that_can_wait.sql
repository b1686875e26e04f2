-- A mail to a great many customers at once lets the others go first: whoever registers waits for his (ADR 0055). The index `mails_due`
-- stays as long as a release runs that knows no such mail.
ALTER TABLE mails ADD COLUMN can_wait boolean NOT NULL DEFAULT false;
CREATE INDEX mails_due_in_turn ON mails (can_wait, next_attempt_at) WHERE state IN ('queued', 'sending');
