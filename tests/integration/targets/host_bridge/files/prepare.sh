#!/bin/sh
# prepare.sh NIC ADDRESS: networkd has the NIC, with a router and a route, and a spare one, hb-nic, to which a machine on
# its other end gives an address.
set -eu

# The hosts of the lab have no udev. Without it networkd waits for ever, unless /sys says that this is a container.
mkdir -p /run/systemd/system/systemd-networkd.service.d
cat >/run/systemd/system/systemd-networkd.service.d/hb.conf <<END
[Service]
BindReadOnlyPaths=/sys
END
cat >/etc/systemd/network/50-hb-nic.network <<END
[Match]
Name=hb-nic
[Network]
DHCP=ipv4
END
cat >/etc/systemd/network/50-hb-connection.network <<END
[Match]
Name=$1
[Network]
Address=$2/24
Gateway=${2%.*}.254
DNS=192.0.2.53
Domains=hb.internal
IPv6AcceptRA=no
[Route]
Destination=10.74.0.0/16
Gateway=${2%.*}.253
END

# Debian 12's networkd runs in circles over an address that it finds without the address for broadcasts.
ip -batch - <<END
address delete $2/24 dev $1
address add $2/24 broadcast + dev $1
END

ip netns add hb-out
ip link add hb-nic type veth peer name hb-far netns hb-out
ip -netns hb-out address add 10.73.0.254/24 dev hb-far
ip -netns hb-out link set hb-far up
ip netns exec hb-out dnsmasq --interface=hb-far --bind-interfaces --port=0 --dhcp-authoritative \
    --dhcp-range=10.73.0.10,10.73.0.250,1h --dhcp-leasefile=/run/hb-leases --pid-file=/run/hb-dnsmasq.pid

systemctl daemon-reload
systemctl restart systemd-networkd
for _ in $(seq 150); do
    [ "$(networkctl --no-legend list "$1" hb-nic | grep -c ' configured')" = 2 ] && exit 0
    sleep 0.2
done
networkctl --no-pager status "$1" hb-nic >&2
exit 1
