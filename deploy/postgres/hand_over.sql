-- Once, for databases of a release in which each service owned its own (docs/runbook.md 1): psql as a superuser, with MYPAGE_MIGRATIONS_PASSWORD
-- in its environment. The next `mypage db migrate` says what services may do with their rows.
\set ON_ERROR_STOP on
\getenv password MYPAGE_MIGRATIONS_PASSWORD
CREATE ROLE mypage_migrations LOGIN PASSWORD :'password';
\connect mypage_identity
REASSIGN OWNED BY mypage_identity TO mypage_migrations;
\connect mypage_registration
REASSIGN OWNED BY mypage_registration TO mypage_migrations;
\connect mypage_notification
REASSIGN OWNED BY mypage_notification TO mypage_migrations;
\connect mypage_billing
REASSIGN OWNED BY mypage_billing TO mypage_migrations;
