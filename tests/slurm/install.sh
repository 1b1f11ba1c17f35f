#!/bin/sh
# SLURM and munge from Debian's packages, where they are missing and apt can bring them; says so where it cannot.
command -v slurmctld >/dev/null || [ -x /usr/sbin/slurmctld ] && [ -x /usr/sbin/munged ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "test-slurm: SLURM is not installed, and only root with apt-get could install it here" >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
get() { timeout -k 10 300 apt-get -o DPkg::Lock::Timeout=120 "$@" >/dev/null; }
get update -qq && get install -y --no-install-recommends slurm-wlm munge ||
    echo "test-slurm: apt-get could not install slurm-wlm and munge" >&2
