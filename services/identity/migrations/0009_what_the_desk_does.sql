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

-- Between which days a holder held the contract, where another one held it before or holds it since (Q23); NULL else.
ALTER TABLE contracts ADD COLUMN IF NOT EXISTS held_since date, ADD COLUMN IF NOT EXISTS held_until date;
UPDATE contracts SET held_until = (replaced_at AT TIME ZONE 'Asia/Tokyo')::date WHERE replaced_at IS NOT NULL;
UPDATE contracts AS present SET held_since = began_on WHERE replaced_at IS NULL AND EXISTS (
    SELECT FROM contracts AS former
    WHERE former.replaced_at IS NOT NULL AND former.customer_number = present.customer_number
);

-- For who lost mailbox and password: the last code that the desk gave out for an account, with which he may set both anew.
CREATE TABLE IF NOT EXISTS enrolment_codes (
    account_key uuid PRIMARY KEY REFERENCES accounts,
    code_hash text NOT NULL,
    issued_at timestamptz NOT NULL DEFAULT now(),
    wrong_tries int NOT NULL DEFAULT 0,
    used_at timestamptz,
    used_form uuid,
    CHECK ((used_at IS NULL) = (used_form IS NULL))
);
CREATE INDEX IF NOT EXISTS enrolment_codes_by_age ON enrolment_codes (issued_at);
