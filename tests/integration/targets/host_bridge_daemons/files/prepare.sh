#!/bin/sh
# A spare NIC, hb-nic, and a machine on its other end that gives it an address.
set -eu

# The hosts of the lab have no udev, without which daemons wait for ever: /sys says that this is a container. Netplan
# waits for udev, too, unless somebody answers in its stead.
for unit in NetworkManager systemd-networkd; do
    mkdir -p "/run/systemd/system/$unit.service.d"
    printf '[Service]\nBindReadOnlyPaths=/sys\n' >"/run/systemd/system/$unit.service.d/hb.conf"
done
printf '#!/bin/sh\n' >/usr/local/sbin/udevadm
chmod 755 /usr/local/sbin/udevadm

# What is not for this target is none of NetworkManager's.
mkdir -p /etc/NetworkManager/conf.d
printf '[keyfile]\nunmanaged-devices=*,except:interface-name:hb-*\n' >/etc/NetworkManager/conf.d/hb.conf

ip netns add hb-out
ip link add hb-nic type veth peer name hb-far netns hb-out
ip -netns hb-out address add 10.73.0.254/24 dev hb-far
ip -netns hb-out link set hb-far up
systemctl daemon-reload
