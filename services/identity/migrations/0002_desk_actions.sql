-- What the desk did to an account: who, why, when.
CREATE TABLE desk_actions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    done_at timestamptz NOT NULL DEFAULT now(),
    done_by text NOT NULL,
    action text NOT NULL,
    account_key uuid NOT NULL REFERENCES accounts,
    reason text NOT NULL
);
