-- What a statement says, in one form for ever: a JSON array of its totals, and of its lines in their order. jsonb writes it
-- in one way only. `line_checks` has four bytes for each line, so that a line that was altered can be named.
CREATE VIEW statement_contents AS
SELECT s.statement_key, s.customer_number, s.billing_month,
    jsonb_build_array(
        s.customer_number, to_char(s.billing_month, 'YYYY-MM'),
        s.base_10_yen, s.tax_10_yen, s.base_8_yen, s.tax_8_yen, s.base_0_yen, s.amount_yen,
        coalesce(l.lines, '[]'::jsonb)
    )::text AS content,
    coalesce(l.checks, ''::bytea) AS line_checks
FROM statements s CROSS JOIN LATERAL (
    SELECT jsonb_agg(line.content ORDER BY line_number) AS lines,
        string_agg(substr(sha256(convert_to(line.content::text, 'UTF8')), 1, 4), '' ORDER BY line_number) AS checks
    FROM statement_lines CROSS JOIN LATERAL (
        SELECT jsonb_build_array(line_number, service, item, tax_rate_percent, amount_yen) AS content
    ) AS line
    WHERE statement_lines.statement_key = s.statement_key
) AS l;

-- SHA-256 of a content, of which revision it is, and of the moment from which customers saw it: none can be altered alone.
CREATE FUNCTION statement_digest(content text, revision int, issued_at timestamptz) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(
        content || ' ' || revision || ' ' || to_char(issued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8'
    ))
$$;

-- Each revision of each statement that customers saw. The newest one's content is in the tables; an import that replaces it
-- keeps it here first. No foreign key: a statement that is gone is found by what is left here.
CREATE TABLE issued_statements (
    billing_month date NOT NULL,
    customer_number text NOT NULL,
    revision int NOT NULL CHECK (revision > 0),
    issued_at timestamptz NOT NULL,
    digest bytea NOT NULL,
    line_checks bytea NOT NULL,
    kept_content text,
    PRIMARY KEY (billing_month, customer_number, revision)
);

-- Who let customers see a month, or no longer see it, and why.
CREATE TABLE publication_actions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    done_at timestamptz NOT NULL DEFAULT now(),
    done_by text NOT NULL,
    action text NOT NULL CHECK (action IN ('published', 'unpublished')),
    billing_month date NOT NULL,
    reason text NOT NULL DEFAULT '',
    CHECK (action = 'published' OR reason <> '')
);

-- Months that customers see already: what they say today is their first revision.
INSERT INTO issued_statements (billing_month, customer_number, revision, issued_at, digest, line_checks)
SELECT billing_month, customer_number, 1, published_at, statement_digest(content, 1, published_at), line_checks
FROM statement_contents JOIN published_months USING (billing_month);
