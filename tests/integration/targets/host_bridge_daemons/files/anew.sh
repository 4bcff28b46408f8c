#!/bin/sh
# anew.sh BRIDGE UNIT...: the units' daemon makes the bridge by itself, as when the host starts; its address and the
# leases.
bridge=$1
shift
systemctl stop "$@"
ip link delete dev "$bridge"
systemctl start "$@"
for _ in $(seq 150); do
    ip -4 -oneline address show dev "$bridge" 2>/dev/null | grep inet && break
    sleep 0.2
done
cat /run/hb-leases
