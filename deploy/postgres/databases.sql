-- Run once, by the image's own start, on an empty data directory: each service gets a role and a database that nobody else may enter.
\getenv password MYPAGE_IDENTITY_PASSWORD
CREATE ROLE mypage_identity LOGIN PASSWORD :'password';
CREATE DATABASE mypage_identity OWNER mypage_identity;
REVOKE ALL ON DATABASE mypage_identity FROM PUBLIC;

\getenv password MYPAGE_REGISTRATION_PASSWORD
CREATE ROLE mypage_registration LOGIN PASSWORD :'password';
CREATE DATABASE mypage_registration OWNER mypage_registration;
REVOKE ALL ON DATABASE mypage_registration FROM PUBLIC;

\getenv password MYPAGE_NOTIFICATION_PASSWORD
CREATE ROLE mypage_notification LOGIN PASSWORD :'password';
CREATE DATABASE mypage_notification OWNER mypage_notification;
REVOKE ALL ON DATABASE mypage_notification FROM PUBLIC;

\getenv password MYPAGE_BILLING_PASSWORD
CREATE ROLE mypage_billing LOGIN PASSWORD :'password';
CREATE DATABASE mypage_billing OWNER mypage_billing;
REVOKE ALL ON DATABASE mypage_billing FROM PUBLIC;
