#!/bin/sh
# RabbitMQ 4 for `make test BROKER=4`: prints the folder of its rabbitmq-server and rabbitmqctl, or says how to get one and ends
# with 1. A RabbitMQ 4 that RMQ_BIN names is taken. Otherwise, as root on Debian, one is set up once, in a minute: a tree of Debian
# trixie in /var/cache/mypage-tests, which nothing but the tests' own nodes looks into. The machine's RabbitMQ is not touched.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=/var/cache/mypage-tests
tree=$cache/trixie

fail() {
    echo "BROKER=4: $1" >&2
    echo "Name a RabbitMQ 4 by RMQ_BIN, the folder of its rabbitmq-server and rabbitmqctl, or run this as root on Debian 12 or later." >&2
    exit 1
}

mirror() { # where the machine itself has its Debian from
    # shellcheck disable=SC2016 - apt fills these in
    apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Identifier: Packages' | awk '$2 == "Debian" { print $1; exit }'
}

set_up() {
    set -e
    export DEBIAN_FRONTEND=noninteractive
    from=$(mirror)
    if [ -z "$from" ] || ! command -v debootstrap > /dev/null; then
        apt-get update -qq
        apt-get install -qq -y --no-install-recommends debootstrap
        from=$(mirror)
    fi
    rm -rf "$tree.new"
    debootstrap --variant=minbase trixie "$tree.new" "$from"
    printf '#!/bin/sh\nexit 101\n' > "$tree.new/usr/sbin/policy-rc.d" # whoever installs asks it whether services may start
    chmod +x "$tree.new/usr/sbin/policy-rc.d"
    chroot "$tree.new" apt-get install -qq -y --no-install-recommends rabbitmq-server
    mv "$tree.new" "$tree"
}

require_4() { # version, where
    case $1 in
    4.*) ;;
    *) fail "what $2 holds is RabbitMQ $1." ;;
    esac
}

if [ -n "${RMQ_BIN:-}" ] && [ "$RMQ_BIN" != "$here/bin" ]; then
    version=$("$RMQ_BIN/rabbitmqctl" version) || fail "$RMQ_BIN/rabbitmqctl does not run."
    require_4 "$version" "$RMQ_BIN"
    ln -sfn "$RMQ_BIN" "$here/broker"
    echo "$here/bin"
    exit
fi

if [ ! -d "$tree" ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || fail "there is none here, and it cannot be set up."
    mkdir -p "$cache"
    echo "BROKER=4: setting up Debian trixie's RabbitMQ in $tree, once; $cache/set_up.log has what is said" >&2
    exec 9> "$cache/lock" # two test runs may begin at the same time
    flock 9
    if [ ! -d "$tree" ]; then
        set +e # under `||` or `if` the subshell would not stop at its first failure
        (set_up) > "$cache/set_up.log" 2>&1 < /dev/null 9>&-
        set -e
    fi
    exec 9>&-
    [ -d "$tree" ] || {
        tail -n 5 "$cache/set_up.log" >&2
        fail "it could not be set up."
    }
fi
ln -sfn "$tree" "$here/broker"
version=$("$here/bin/rabbitmqctl" version) || fail "the programs in $tree do not run; once deleted, it is made again."
require_4 "$version" "$tree"
echo "$here/bin"
