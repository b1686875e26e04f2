-- What ended long ago is found by its age (docs/retention.md).
CREATE INDEX mails_ended ON mails (ended_at) WHERE ended_at IS NOT NULL;
