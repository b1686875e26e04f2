#!/bin/sh
# A Debian tree with a Docker engine and Compose in it, and no Python: what somebody's machine with Docker is made of.
#   sh debian_tree.sh FOLDER     makes FOLDER/tree and FOLDER/base.tar (the bare tree, for stand-in images), once
# As root on Debian. The mirror is the one that this machine's own apt uses. Nothing is started.
set -eu
folder=$1
release=trixie # the first Debian whose engine knows healthchecks with a start_interval
tree=$folder/tree
echo "a Debian tree with a Docker engine is made in $folder, once: about two minutes" >&2

command -v debootstrap > /dev/null || {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends debootstrap > /dev/null
}
# shellcheck disable=SC1091 - this machine's own
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# shellcheck disable=SC2016 - apt fills these in
mirror=$(apt-get indextargets --format '$(CODENAME)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' \
    | sed -n "s/^$codename|main|//p" | head -1)
[ -n "$mirror" ] || { echo "this machine's apt names no mirror of Debian $codename" >&2; exit 1; }

rm -rf "$tree" "$folder/base.tar"
debootstrap --variant=minbase --include=ca-certificates "$release" "$tree" "$mirror" > "$folder/debootstrap.log"

# This machine's way to the outside: names, authorities, proxies, and what apt thinks of dates.
cp /etc/resolv.conf /etc/hosts "$tree/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/ca-certificates.crt"
apt-config dump | grep -E '^Acquire::(http|https|Check-[A-Za-z-]+)(::[A-Za-z]+)? ' > "$tree/etc/apt/apt.conf.d/99-of-this-machine" || true
printf '#!/bin/sh\nexit 101\n' > "$tree/usr/sbin/policy-rc.d" # no service starts by itself
chmod +x "$tree/usr/sbin/policy-rc.d"
chroot "$tree" apt-get update -qq
chroot "$tree" apt-get clean
tar -C "$tree" -c . > "$folder/base.tar"

# shellcheck disable=SC2016
chroot "$tree" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    docker.io docker-cli docker-compose docker-buildx iptables make > "$folder/apt.log"
chroot "$tree" apt-get clean
chroot "$tree" sh -c '! command -v python3' || { echo "the tree has a Python, which it must do without" >&2; exit 1; }
