-- Who did what to an account or a contract, when, and from where: never changed, and nothing personal in it (ADR 0060).
-- No foreign keys: what is told stays true of an account that is gone.
CREATE TABLE audit_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    account_key uuid,
    contract_key uuid,
    client_network text,
    device text,
    done_by text,
    reason text,
    CHECK ((done_by IS NULL) = (reason IS NULL))
);
COMMENT ON TABLE audit_entries IS 'append-only';
COMMENT ON COLUMN audit_entries.client_network IS 'a keyed hash';
COMMENT ON COLUMN audit_entries.done_by IS 'whoever acted at the desk; NULL: the customer, a stranger or the system';

CREATE INDEX audit_entries_by_account ON audit_entries (account_key, happened_at) WHERE account_key IS NOT NULL;
CREATE INDEX audit_entries_by_contract ON audit_entries (contract_key, happened_at) WHERE contract_key IS NOT NULL;
CREATE INDEX audit_entries_by_age ON audit_entries (happened_at);
CREATE INDEX audit_entries_of_the_desk_by_age ON audit_entries (happened_at) WHERE done_by IS NOT NULL;
CREATE INDEX audit_entries_of_others_by_age ON audit_entries (happened_at) WHERE done_by IS NULL;

-- The only way to be rid of an entry, with the right of whoever owns the table. The periods stand here and not with
-- the caller: a service that could name them could empty the table. What the desk did is kept as long as books.
CREATE FUNCTION forget_old_audit_entries(at_most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH forgotten AS (
        DELETE FROM public.audit_entries WHERE id IN (
            (SELECT id FROM public.audit_entries
                WHERE done_by IS NULL AND happened_at < now() - interval '1 year' LIMIT at_most)
            UNION ALL
            (SELECT id FROM public.audit_entries
                WHERE done_by IS NOT NULL AND happened_at < now() - interval '7 years' LIMIT at_most)
            LIMIT at_most
        )
        RETURNING id
    )
    SELECT count(*) FROM forgotten
$$;
