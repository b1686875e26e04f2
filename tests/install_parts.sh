#!/bin/sh
# What pip cannot bring: a broker, a browser, a Japanese font, a reader of PDF files, and the programs of tests/neighbours that
# `make test` needs; with --neighbours all of those; with --bench a load generator. As root on Debian they are installed, and none
# is started; otherwise this says how.
set -eu
missing=""
need() { # program, package
    PATH="$PATH:/usr/sbin" command -v "$1" > /dev/null || missing="$missing $2"
}
[ -e /usr/lib/rabbitmq/bin/rabbitmq-server ] || need rabbitmq-server rabbitmq-server
need chromium chromium
[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing="$missing fonts-noto-cjk"
need nginx nginx-light
need postfix postfix
need pgbouncer pgbouncer
need pdftotext poppler-utils
[ "${1:-}" != --bench ] || need wrk wrk
if [ "${1:-}" = --neighbours ]; then
    need haproxy haproxy
    need firefox-esr firefox-esr
    need certutil libnss3-tools
    need w3m w3m
    need tmux tmux
fi
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    policy=/usr/sbin/policy-rc.d # whoever installs asks it whether services may start
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod +x "$policy"
    fi
    apt-get update -qq
    # shellcheck disable=SC2086 - several names
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing > /dev/null
    exit 0
fi
echo "The tests need:$missing. On Debian: sudo apt-get install --no-install-recommends$missing" >&2
exit 1
