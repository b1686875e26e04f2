-- What no limit looks at any more is found by its age (docs/retention.md).
CREATE INDEX throttle_hits_by_age ON throttle_hits (hit_at);
