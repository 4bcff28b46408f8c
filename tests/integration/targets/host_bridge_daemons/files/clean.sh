#!/bin/sh
# Takes away what the target has made.
systemctl stop NetworkManager systemd-networkd.socket systemd-networkd.service
systemctl disable NetworkManager
rm -rf /run/systemd/system/NetworkManager.service.d /run/systemd/system/systemd-networkd.service.d
rm -f /usr/local/sbin/udevadm /etc/NetworkManager/conf.d/hb.conf /etc/netplan/50-hb.yaml /run/systemd/network/10-netplan-hb*
rm -f /etc/network/interfaces.d/hb
systemctl daemon-reload
[ ! -e /run/hb-dnsmasq.pid ] || kill "$(cat /run/hb-dnsmasq.pid)"
[ ! -e /run/netns/hb-out ] || ip netns delete hb-out
rm -rf /run/hb-dnsmasq.pid /run/hb-leases /var/lib/hybrid-host/host_bridge
