#!/bin/sh
# Starts a Docker engine inside the tree of debian_tree.sh and stays until it ends.
#   unshare --mount --pid --fork --kill-child sh private_engine.sh TREE DATA SHARED
# DATA keeps the images; SHARED is a folder that both sides see under the same path. A plain chroot is not enough, as a build
# remounts `/`: the tree becomes the root of this mount namespace.
set -eu
tree=$1 data=$2 shared=$3
mount --make-rprivate /
mount --rbind "$tree" "$tree"
mount -t proc proc "$tree/proc"
mount --rbind /sys "$tree/sys"
mount --rbind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/run"
mount -t tmpfs tmpfs "$tree/tmp"
mkdir -p "$tree$data" "$tree$shared" "$tree/outside"
mount --bind "$data" "$tree$data"
mount --bind "$shared" "$tree$shared"
cd "$tree"
pivot_root . outside
umount -l /outside
unset TMPDIR  # the folder of whoever starts this is not in the tree, and runc writes there for each health check
exec dockerd --data-root "$data" --log-level warn
