#!/usr/bin/env bash
# Make docker.io/library/python:VERSION-slim out of Debian packages, where no image registry is reachable.
#
#     build_base.sh STORE [VERSION]
#
# STORE is a folder that is kept between runs; the image lies in its image storage, apart from the
# user's own, because an image of that name must not hide the real one. A second call finds it there;
# one that comes meanwhile waits, for 15 minutes at most, and then ends with 75.
# Needs root, buildah, debootstrap and Debian's archive keyring. Prints the image's name.
set -euo pipefail

store=${1:?"usage: build_base.sh STORE [VERSION]"}
version=${2:-3.11}
image=docker.io/library/python:$version-slim

# Debian carries one Python per release.
case $version in
    3.11) suite=bookworm ;;
    3.13) suite=trixie ;;
    *) echo "build_base.sh: no Debian release carries Python $version; 3.11 and 3.13 can be made" >&2; exit 1 ;;
esac

mkdir -p "$store"
# Two test runs at once: the second one finds what the first one made. -o keeps the lock from the
# processes that run below, of which one that is left over would hold it for ever.
if [ "${NB2SERVICE_BASE_LOCKED:-}" != "$store" ]; then
    NB2SERVICE_BASE_LOCKED=$store exec flock -o -w 900 -E 75 "$store/lock" bash "$0" "$store" "$version"
fi

buildah() { command buildah --root "$store/storage" --runroot "$store/run" --storage-driver vfs "$@"; }

if buildah inspect --type image "$image" >/dev/null 2>&1; then
    echo "$image"
    exit
fi
if [ "$(id -u)" != 0 ]; then
    echo "build_base.sh: only root can make $image with debootstrap; run the container tests as root" >&2
    exit 1
fi
if ! command -v debootstrap >/dev/null; then
    echo "build_base.sh: debootstrap is not installed; apt-get install debootstrap brings it" >&2
    exit 1
fi

container=nb2service-base
buildah rm "$container" >/dev/null 2>&1 || true # left by a run that was killed
buildah from --name "$container" scratch >/dev/null
trap 'buildah rm "$container" >/dev/null' EXIT
root=$(buildah mount "$container")

# The mirror that this machine's own apt uses, if it is a Debian of that release; else debootstrap's default.
mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $suite" "Created-By: Packages" 2>/dev/null | head -n 1 || true)
log=$store/debootstrap.log
# In a mount namespace of its own: what debootstrap mounts goes with it, even if it is killed.
if ! timeout --kill-after=10 600 unshare --mount debootstrap --variant=minbase --include=python3-venv,ca-certificates,netbase,tzdata \
    "$suite" "$root" ${mirror:+"$mirror"} >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "build_base.sh: debootstrap failed, or took more than ten minutes; see above" >&2
    exit 1
fi

# The official image has its Python, and a pip, under /usr/local. A venv in that place gives Debian's
# Python the same layout: bin/python, bin/pip, lib/python3.x/site-packages.
chroot "$root" python3 -m venv /usr/local
rm -rf "$root"/usr/local/bin/[Aa]ctivate* "$root"/usr/share/{doc,man,locale}/* \
    "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*

buildah config \
    --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin \
    --env LANG=C.UTF-8 \
    --env "PYTHON_VERSION=$(chroot "$root" python3 -c 'import platform; print(platform.python_version())')" \
    --cmd '["python3"]' "$container"
buildah unmount "$container" >/dev/null
buildah commit --quiet --format docker "$container" "$image" >/dev/null
echo "$image"
