-- One row per mail. The content stays sealed as it came, and goes when the mail has gone (X18).
CREATE TABLE mails (
    mail_key uuid PRIMARY KEY,
    kind text NOT NULL,
    about_key uuid NOT NULL,
    sealed_content text,
    facts jsonb NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'abandoned')),
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    UNIQUE (kind, about_key),
    CHECK ((state IN ('sent', 'abandoned')) = (sealed_content IS NULL))
);
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE state IN ('queued', 'sending');
