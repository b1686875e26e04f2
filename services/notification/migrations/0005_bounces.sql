-- What came back of a mail, each message once. The reason is numbers: words of a relay may hold an address.
CREATE TABLE bounces (
    mail_key uuid NOT NULL REFERENCES mails ON DELETE CASCADE,
    fingerprint text NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (mail_key, fingerprint)
);
