#!/bin/sh
# What pip cannot bring: a broker, a pooler, a browser and a Japanese font. As root on Debian they are installed; otherwise this says how.
set -eu
missing=""
[ -e /usr/lib/rabbitmq/bin/rabbitmq-server ] || command -v rabbitmq-server > /dev/null || missing="$missing rabbitmq-server"
command -v chromium > /dev/null || missing="$missing chromium"
[ -e /usr/sbin/pgbouncer ] || command -v pgbouncer > /dev/null || missing="$missing pgbouncer"
[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing > /dev/null
    exit 0
fi
echo "The tests need:$missing. On Debian: sudo apt-get install --no-install-recommends$missing" >&2
exit 1
