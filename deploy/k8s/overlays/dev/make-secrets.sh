#!/bin/sh
# Makes secrets/ beside this file for a cluster to try things in: new keys, and addresses with one password for each role and user. Where
# they lie is said by DATABASE (host), BROKER (host:port), SMTP_URL and PASSWORD. Stops where secrets/ is there already.
#   DATABASE=database-rw.mypage-database BROKER=broker.mypage-broker:5672 SMTP_URL=smtp://mailpit.mail:1025 PASSWORD=… sh make-secrets.sh
set -eu
: "${DATABASE:?}" "${BROKER:?}" "${SMTP_URL:?}" "${PASSWORD:?}"
cd "$(dirname "$0")"
umask 077
${MYPAGE:-mypage} keys generate --out secrets
for component in identity registration notification billing gateway; do
    printf %s "amqp://$component:$PASSWORD@$BROKER/" > "secrets/$component/mypage_amqp_url"
done
for service in identity registration notification billing; do
    printf %s "postgresql://mypage_$service:$PASSWORD@$DATABASE/mypage_$service" > "secrets/$service/mypage_database_url"
    name=$(echo "$service" | tr a-z A-Z)
    echo "MYPAGE_DATABASES__$name=postgresql://mypage_migrations:$PASSWORD@$DATABASE/mypage_$service" >> secrets/migrations.env
    echo "MYPAGE_DATABASES__$name=postgresql://mypage_$service:$PASSWORD@$DATABASE/mypage_$service" >> secrets/operator.env
done
echo "MYPAGE_OPERATOR_AMQP_URL=amqp://operator:$PASSWORD@$BROKER/" >> secrets/operator.env
printf %s "$SMTP_URL" > secrets/notification/mypage_smtp_url
