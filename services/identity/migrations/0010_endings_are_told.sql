-- Whoever ends a session, an operator by SQL too: every gateway hears of it (X33). Told at the commit, unless the transaction has told it
-- already. Of a session that nobody was shown for two minutes no gateway remembers anything (ADR 0068).
CREATE FUNCTION tell_of_ended_session() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told bytea := convert_to(format('{"session_token_hash":%s}', to_json(OLD.session_token_hash)), 'UTF8');
BEGIN
    IF NOT EXISTS (SELECT FROM outbox WHERE type = 'identity.session_ended.v1' AND body = told) THEN
        INSERT INTO outbox (message_id, type, exchange, routing_key, mandatory, body)
        VALUES (gen_random_uuid(), 'identity.session_ended.v1', 'mypage.broadcast', '', false, told);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER endings_are_told AFTER DELETE ON sessions DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.last_seen_at > now() - interval '2 minutes') EXECUTE FUNCTION tell_of_ended_session();

-- The sessions of an account that is frozen or closed are over.
CREATE FUNCTION end_sessions_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM sessions WHERE account_key = NEW.account_key;
    RETURN NULL;
END
$$;
CREATE TRIGGER frozen_accounts_have_no_sessions AFTER UPDATE OF frozen_at, closed_at ON accounts
FOR EACH ROW WHEN (NEW.frozen_at IS NOT NULL OR NEW.closed_at IS NOT NULL) EXECUTE FUNCTION end_sessions_of_account();
