-- Who wants a mail when a month is published (ADR 0055): one row for each account that does. Everything in it was in identity's
-- signed word when the customer chose.
CREATE TABLE bill_notice_subscribers (
    account_key uuid PRIMARY KEY,
    contract_key uuid NOT NULL,
    customer_number text NOT NULL,
    charges_from date NOT NULL CHECK (extract(day FROM charges_from) = 1),
    with_amount boolean NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX bill_notice_subscribers_by_contract ON bill_notice_subscribers (contract_key);

-- Who was told of which month: nobody is told twice. The token is that of the mail's own link, which ends these mails.
CREATE TABLE bill_notices (
    account_key uuid NOT NULL,
    billing_month date NOT NULL,
    notice_key uuid NOT NULL,
    stop_token_hash text NOT NULL UNIQUE,
    given_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_key, billing_month)
);
CREATE INDEX bill_notices_by_age ON bill_notices (given_at);

-- How far the customers of a month were told: up to which account, and when all were. Nobody wants to hear of what was published before.
ALTER TABLE published_months ADD COLUMN announced_to uuid, ADD COLUMN announced_at timestamptz;
UPDATE published_months SET announced_at = now();
