-- What each registration was made of, under keyed names: the same form pressed again is the same registration, a corrected one
-- supersedes it, and once its customer was told, the proof registers nothing else. Registrations of before have no form.
CREATE TABLE registered_forms (
    registration_key uuid PRIMARY KEY REFERENCES provisional_accounts ON DELETE CASCADE,
    content_name text NOT NULL,
    proof_name text NOT NULL,
    revision int NOT NULL,
    told_at timestamptz
);
CREATE INDEX registered_forms_by_proof ON registered_forms (proof_name);
