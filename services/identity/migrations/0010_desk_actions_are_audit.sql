-- What the desk did stands in the audit trail (ADR 0060): nothing that was noted is lost. Commands of the last release
-- go on writing to the old table while this one is rolled out; what they write goes the same way.
CREATE FUNCTION audit_desk_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_entries (happened_at, kind, account_key, done_by, reason)
    VALUES (
        NEW.done_at,
        CASE NEW.action
            WHEN 'unfreeze' THEN 'account_unfrozen'
            WHEN 'end_sessions' THEN 'sessions_ended'
            WHEN 'clear_mail_bounce' THEN 'mail_bounce_cleared'
            ELSE NEW.action
        END,
        NEW.account_key,
        NEW.done_by,
        NEW.reason
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER desk_actions_are_audit BEFORE INSERT ON desk_actions
FOR EACH ROW EXECUTE FUNCTION audit_desk_action();

CREATE TEMPORARY TABLE noted_until_now ON COMMIT DROP AS SELECT * FROM desk_actions;
DELETE FROM desk_actions;
INSERT INTO desk_actions (done_at, done_by, action, account_key, reason)
SELECT done_at, done_by, action, account_key, reason FROM noted_until_now ORDER BY id;
