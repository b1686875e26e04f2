-- The name as the billing system writes it, to be shown: the key is only compared. NULL until the next import.
ALTER TABLE contracts ADD COLUMN holder_kana text;
