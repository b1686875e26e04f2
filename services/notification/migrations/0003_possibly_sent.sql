-- When the relay may have taken the mail last, although nobody heard it say so: its link must live as long as that mail says.
-- And why the last attempt failed: the relay's code, or the class of a fault of our own. Never a text, which may hold an address.
ALTER TABLE mails ADD COLUMN possibly_sent_at timestamptz, ADD COLUMN last_trouble text;
UPDATE mails SET possibly_sent_at = now() WHERE possible_duplicate AND state IN ('queued', 'sending');
