#!/bin/sh
# clean.sh NIC: takes away what prepare.sh has made.
systemctl stop systemd-networkd.socket systemd-networkd.service
ip route flush dev "$1" proto static
rm -rf /run/systemd/system/systemd-networkd.service.d /etc/systemd/network/50-hb-*.network /run/hb-leases
systemctl daemon-reload
[ ! -e /run/hb-dnsmasq.pid ] || kill "$(cat /run/hb-dnsmasq.pid)"
rm -f /run/hb-dnsmasq.pid
[ ! -e /run/netns/hb-out ] || ip netns delete hb-out
[ ! -e /proc/sys/net/ipv4/conf/hb-other ] || ip link delete dev hb-other
rm -rf /var/lib/hybrid-host/host_bridge
