#!/bin/sh
# dhcp.sh networkmanager|netplan: the daemon has hb-nic, a lease for it, and a name server besides.
set -eu
ip netns exec hb-out dnsmasq --interface=hb-far --bind-interfaces --port=0 --dhcp-authoritative \
    --dhcp-range=10.73.0.10,10.73.0.250,1h --dhcp-leasefile=/run/hb-leases --pid-file=/run/hb-dnsmasq.pid
if [ "$1" = networkmanager ]; then
    systemctl restart NetworkManager
    nmcli --wait 30 device connect hb-nic
    nmcli connection modify uuid "$(nmcli -g GENERAL.CON-UUID device show hb-nic)" ipv4.dns 192.0.2.53
else
    systemctl stop NetworkManager
    umask 077
    echo 'network: {version: 2, ethernets: {hb-nic: {dhcp4: true, nameservers: {addresses: [192.0.2.53]}}}}' >/etc/netplan/50-hb.yaml
    systemctl restart systemd-networkd
    netplan apply
fi
for _ in $(seq 150); do
    ip -4 -oneline address show dev hb-nic scope global | grep -q inet && exit 0
    sleep 0.2
done
ip address >&2
exit 1
