-- Run once, by the image's own start, on an empty data directory. One role owns the four databases and migrates them; each service
-- has a role that may enter its own database and no other. `mypage db migrate` says what it may do there: work with rows (ADR 0046).
\getenv password MYPAGE_MIGRATIONS_PASSWORD
CREATE ROLE mypage_migrations LOGIN PASSWORD :'password';

\getenv password MYPAGE_IDENTITY_PASSWORD
CREATE ROLE mypage_identity LOGIN PASSWORD :'password';
CREATE DATABASE mypage_identity OWNER mypage_migrations;
REVOKE ALL ON DATABASE mypage_identity FROM PUBLIC;
GRANT CONNECT ON DATABASE mypage_identity TO mypage_identity;

\getenv password MYPAGE_REGISTRATION_PASSWORD
CREATE ROLE mypage_registration LOGIN PASSWORD :'password';
CREATE DATABASE mypage_registration OWNER mypage_migrations;
REVOKE ALL ON DATABASE mypage_registration FROM PUBLIC;
GRANT CONNECT ON DATABASE mypage_registration TO mypage_registration;

\getenv password MYPAGE_NOTIFICATION_PASSWORD
CREATE ROLE mypage_notification LOGIN PASSWORD :'password';
CREATE DATABASE mypage_notification OWNER mypage_migrations;
REVOKE ALL ON DATABASE mypage_notification FROM PUBLIC;
GRANT CONNECT ON DATABASE mypage_notification TO mypage_notification;

\getenv password MYPAGE_BILLING_PASSWORD
CREATE ROLE mypage_billing LOGIN PASSWORD :'password';
CREATE DATABASE mypage_billing OWNER mypage_migrations;
REVOKE ALL ON DATABASE mypage_billing FROM PUBLIC;
GRANT CONNECT ON DATABASE mypage_billing TO mypage_billing;
