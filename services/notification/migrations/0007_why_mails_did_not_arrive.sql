-- The class of reason that the customer of an abandoned mail was told, to be said again (MailFailure). Unknown for mails of before.
ALTER TABLE mails ADD COLUMN failure text;
