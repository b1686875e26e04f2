-- Since when mails to the address of an account come back (NULL: nothing is known against it), and when the desk
-- last found that they arrive: what left before that moment says nothing against it any more.
ALTER TABLE accounts ADD COLUMN mail_bounced_at timestamptz, ADD COLUMN mail_trusted_at timestamptz;
