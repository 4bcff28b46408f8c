#!/bin/sh
# cleanup.sh: takes away what this target has put on the host, its networks apart, and has the engines write their rules.
# Says so where there was something. What is not there any more is no matter.
set -u
[ -e /root/nw-reach.py ] || [ -e /usr/local/sbin/hybrid-host-networking ] || exit 0
try() { "$@" >/dev/null 2>&1; }
try systemctl disable --now hybrid-host-networking.timer hybrid-host-networking.service
try /usr/local/sbin/hybrid-host-networking remove '{}'
try /usr/local/sbin/hybrid-host-names none
try systemctl mask --now systemd-resolved.service
# Its package has put a link there, which leads nowhere once the host has started anew.
[ ! -L /etc/resolv.conf ] || { rm /etc/resolv.conf && : >/etc/resolv.conf; }
try systemctl disable --now dnsmasq.service
try docker rm --force nw-box
try docker rmi nw-busybox:1
try docker network rm nw-shared
for name in vm bridged own lan; do try ip netns delete "nw-$name"; done
for name in nw-br nw-own; do try ip link delete "$name"; done
rm -rf /etc/hybrid-host-networking.json /etc/sysctl.d/60-hybrid-host-networking.conf \
    /etc/systemd/system/hybrid-host-networking.service /etc/systemd/system/hybrid-host-networking.timer \
    /etc/systemd/system/nftables.service.d /usr/local/sbin/tc \
    /etc/dnsmasq.d/nw-beside /run/hybrid-host-networking.json /usr/local/sbin/hybrid-host-networking /usr/local/sbin/hybrid-host-names
systemctl daemon-reload
sed -i /^firewall_backend/d /etc/libvirt/network.conf
# Docker drops what is forwarded for others when it finds forwarding off.
sysctl --quiet --write net.ipv4.ip_forward=1
# This empties the firewall. Docker may be started three times a minute, and libvirt 11.3 at times takes half a minute to
# stop.
systemctl stop nftables.service
nft flush ruleset
systemctl reset-failed docker.service
try systemctl kill --signal=KILL libvirtd.service
systemctl restart docker.service libvirtd.service
sysctl --quiet --write --ignore net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
rm -f /root/nw-reach.py
echo cleaned
