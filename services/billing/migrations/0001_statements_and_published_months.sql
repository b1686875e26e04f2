-- A billing month is a calendar month: the date of its 1st, which no time zone can shift (Q20).
CREATE TABLE statements (
    statement_key uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_number text NOT NULL,
    billing_month date NOT NULL CHECK (extract(day FROM billing_month) = 1),
    base_10_yen bigint NOT NULL,
    tax_10_yen bigint NOT NULL,
    base_8_yen bigint NOT NULL,
    tax_8_yen bigint NOT NULL,
    base_0_yen bigint NOT NULL,
    amount_yen bigint NOT NULL,
    UNIQUE (customer_number, billing_month),
    CHECK (amount_yen = base_10_yen + tax_10_yen + base_8_yen + tax_8_yen + base_0_yen)
);
CREATE INDEX statements_by_month ON statements (billing_month);

CREATE TABLE statement_lines (
    statement_key uuid NOT NULL REFERENCES statements ON DELETE CASCADE,
    line_number int NOT NULL,
    service text NOT NULL,
    item text NOT NULL,
    tax_rate_percent int NOT NULL CHECK (tax_rate_percent IN (10, 8, 0)),
    amount_yen bigint NOT NULL,
    PRIMARY KEY (statement_key, line_number)
);

-- Customers see a month from the moment the operator publishes it.
CREATE TABLE published_months (
    billing_month date PRIMARY KEY CHECK (extract(day FROM billing_month) = 1),
    published_at timestamptz NOT NULL DEFAULT now()
);

-- The audit of imports (C11): who brought which files when, and what came of it.
CREATE TABLE imports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    imported_at timestamptz NOT NULL DEFAULT now(),
    imported_by text NOT NULL,
    statements_sha256 text NOT NULL,
    lines_sha256 text NOT NULL,
    read_statements int NOT NULL,
    read_lines int NOT NULL,
    added int NOT NULL,
    changed int NOT NULL,
    unchanged int NOT NULL
);
