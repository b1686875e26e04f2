-- True once a sender died while it had the mail in hand: the relay may have taken it before (docs/states.md, K9 and K10).
ALTER TABLE mails ADD COLUMN possible_duplicate boolean NOT NULL DEFAULT false;
