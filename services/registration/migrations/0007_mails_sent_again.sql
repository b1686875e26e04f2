-- Why the mail did not arrive, for the page that waits for it (MailFailure); unknown for registrations of before.
-- And which registration a mail that was asked for again belongs to: the one that took over all but the link. A page that was open
-- before is answered with that one.
ALTER TABLE provisional_accounts ADD COLUMN mail_failure text, ADD COLUMN successor_key uuid;
