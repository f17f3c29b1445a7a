#!/bin/bash
# A machine of its own for systemd, inside namespaces that the test made (unshare --pid --mount --net …): the steps of
# docs/operating.md, section «Установка», with the project as it stands in place of a clone. Nothing here is seen outside:
# every folder that is written to is a file system of its own, and no unit of the machine itself is started (one of
# them empties /tmp).
# Arguments: the project, Python's own folder, the folder for what the units say.
set -euo pipefail
PROJECT=$1 PYTHON=$2 OUT=$3

mount --make-rprivate /
mount -t proc proc /proc
umount -R /sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up

mount -t tmpfs tmpfs /run
kept=0
for folder in "$PROJECT" "$PYTHON" "$OUT"; do
    mkdir -p "/run/kept/$((++kept))"
    mount --bind "$folder" "/run/kept/$kept"
done
for folder in /tmp /var/tmp; do mount -t tmpfs -o mode=1777 tmpfs $folder; done
for folder in /root /opt /srv /var/backups; do mount -t tmpfs -o mode=755 tmpfs $folder; done
for folder in etc usr/local/bin var/lib var/log; do
    mkdir -p /run/over/$folder/{upper,work}
    mount -t overlay overlay -o lowerdir=/$folder,upperdir=/run/over/$folder/upper,workdir=/run/over/$folder/work /$folder
done
kept=0
for folder in "$PROJECT" "$PYTHON"; do
    mkdir -p "$folder"
    mount --bind "/run/kept/$((++kept))" "$folder"
done
mkdir /opt/vitrina
mount --bind "$PROJECT" /opt/vitrina
mount -o remount,bind,ro /opt/vitrina
mount -o remount,bind,ro "$PROJECT"

useradd --system --home-dir /srv/vitrina --shell /usr/sbin/nologin vitrina
install -d -m 700 -o vitrina -g vitrina /srv/vitrina /var/backups/vitrina
cd /opt/vitrina
install -d -m 750 -g vitrina /etc/vitrina
printf '%s\n' VITRINA_HOME=/srv/vitrina VITRINA_TIMEZONE=Europe/Moscow 'VITRINA_REFRESH_CRON="* * * * *"' \
    VITRINA_DAGSTER_SOCKET=/run/vitrina/dagster.sock \
    | install -m 640 -g vitrina /dev/stdin /etc/vitrina/environment
install -m 755 deploy/vitrina /usr/local/bin/vitrina
install -m 644 deploy/systemd/vitrina* /etc/systemd/system/
# The environments of a test name the project's folder and a Python that stands at somebody's home; an installed one
# needs none of this.
for unit in deploy/systemd/*.service; do
    own=/etc/systemd/system/$(basename "$unit").d
    mkdir -p "$own"
    printf '%s\n' '[Service]' ProtectHome=tmpfs "BindReadOnlyPaths=$PROJECT $PYTHON" \
        'StandardOutput=append:/run/kept/3/%N.log' StandardError=inherit > "$own/here.conf"
done
mkdir -p /run/systemd/system
for target in vitrina-machine sysinit basic network-online timers; do
    printf '[Unit]\nDefaultDependencies=no\n' > /run/systemd/system/$target.target
    rm -f /etc/systemd/system/$target.target
    rm -rf /etc/systemd/system/$target.target.wants
done
# Units of /run stand before those of /usr, but what wants a target there is still asked for.
mkdir /run/nothing
for wanted in /usr/lib/systemd/system/{sysinit,basic,network-online,timers}.target.wants; do
    [ ! -d $wanted ] || mount --bind /run/nothing $wanted
done
export container=vitrina
exec /lib/systemd/systemd --system --unit=vitrina-machine.target --log-target=console --show-status=no
