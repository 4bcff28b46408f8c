#!/bin/sh
# anew.sh BRIDGE NIC: networkd makes the bridge by itself, as when the host starts. Prints the bridge's IPv4 address, the
# NIC's where it has one, their MACs, and the leases. A connection over it stands: MAC and address are the same.
ip link delete dev "$1"
ip address flush dev "$2"
systemctl restart systemd-networkd
for _ in $(seq 150); do
    ip -4 -brief address show dev "$1" 2>/dev/null | grep -q / && break
    sleep 0.2
done
{
    for name in "$1" "$2"; do ip -4 -brief address show dev "$name"; done
    for name in "$1" "$2"; do ip -brief link show dev "$name"; done
    cat /run/hb-leases
} | cat # On a terminal they have colours.
