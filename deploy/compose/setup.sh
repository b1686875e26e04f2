#!/bin/sh
# Before the first `docker compose up`: passwords and settings in .env, keys in .data/compose-keys, a folder ./files for imports.
#   sh deploy/compose/setup.sh          for customers; the mail relay is then yours to name in .env
#   sh deploy/compose/setup.sh --dev    to try it out: with a mail catcher, and contracts to register with
# Needs Docker and nothing else. What is there stays as it is, so it may be run again. Only you, and the components that they are for,
# can read the keys: they are yours, with the group 10001, which the images run as.
set -eu
umask 077
cd "$(dirname "$0")/../.."

case "${1:-}" in
    "" | --dev) ;;
    *) echo "usage: sh deploy/compose/setup.sh [--dev]" >&2; exit 2 ;;
esac

new_password() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

if [ -e .env ]; then
    echo ".env is there already and stays as it is, but for passwords that a newer release needs."
    [ -z "$(tail -c 1 .env)" ] || echo >> .env
    for name in $(sed -n 's/^\([A-Z_]*_PASSWORD\)=$/\1/p' .env.example); do
        grep -q "^$name=" .env || { echo "$name=$(new_password)" >> .env; echo "$name is added."; }
    done
else
    while IFS= read -r line; do
        case "$line" in
            *_PASSWORD=) printf '%s%s\n' "$line" "$(new_password)" ;;
            *) printf '%s\n' "$line" ;;
        esac
    done < .env.example > .env.new
    [ "${1:-}" != --dev ] || cat >> .env.new <<'END'

# ---- setup.sh --dev ----------------------------------------------------------------------------------------------------------------

COMPOSE_PROFILES=dev
MYPAGE_SMTP_URL=smtp://mailpit:1025
END
    mv .env.new .env
    echo ".env is made, with new passwords."
fi

keys=.data/compose-keys
if [ -e "$keys" ]; then
    echo "$keys is there already and stays as it is."
else
    mkdir -p .data
    rm -rf "$keys.new"
    image=$(docker build --quiet --build-arg COMPONENT=mypage .)
    # As root in a container without network, as only root gives a file to a group that it is not in.
    # shellcheck disable=SC2016 - the container's shell fills these in
    docker run --rm --network none --user 0:0 --volume "$PWD/.data:/made" --entrypoint /bin/sh "$image" -c '
        set -eu
        umask 077
        python -m mypage keys generate --out /made/compose-keys.new > /dev/null
        chown -R "$(stat -c %u /made):10001" /made/compose-keys.new
        find /made/compose-keys.new -type f -exec chmod 0440 {} +'
    mv "$keys.new" "$keys"
    echo "$keys is made. Keep a copy of it where your backups are."
fi

# The containers' users read what is mounted from this checkout; none of it is secret.
chmod -R a+rX deploy/postgres deploy/rabbitmq deploy/observability deploy/profiles mypage/local/demo
[ -e files ] || mkdir files
# Imports are read and their reports written there, by 10001 and by you.
docker run --rm --network none --user 0:0 --volume "$PWD/files:/files" --entrypoint /bin/sh \
    "${image:-$(docker build --quiet --build-arg COMPONENT=mypage .)}" -c 'chgrp 10001 /files && chmod 2770 /files'

grep -q '^MYPAGE_SMTP_URL=.' .env || echo "Next: set MYPAGE_SMTP_URL (the mail relay) and MYPAGE_PUBLIC_URL in .env."
echo "Then: docker compose up --build --wait"
