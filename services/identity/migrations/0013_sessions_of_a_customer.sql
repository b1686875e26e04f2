-- ログイン中の端末: a session is named in pages by a key of its own, and says from what kind of device it was opened. One from before has none.
ALTER TABLE sessions ADD COLUMN session_key uuid NOT NULL DEFAULT gen_random_uuid(), ADD COLUMN device text;
CREATE UNIQUE INDEX sessions_by_key ON sessions (session_key);

-- A token that another one takes the place of is over as well (ADR 0065): every gateway hears of it.
CREATE CONSTRAINT TRIGGER replacements_are_told AFTER UPDATE OF session_token_hash ON sessions DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.session_token_hash <> NEW.session_token_hash) EXECUTE FUNCTION tell_of_ended_session();
