#!/bin/sh
# peers.sh BRIDGE: who answers at the vm's address, in a network namespace with a leg in the bridge, and what is outside.
set -eu
ip netns add po-erp
ip netns add po-out
ip link add po-leg type veth peer name eth0 netns po-erp
ip link add po-way type veth peer name eth0 netns po-out
ip link set po-leg master "$1" up
ip link set po-way up
ip address add 10.70.9.1/24 dev po-way
ip -netns po-erp link set lo up
for name in po-erp po-out; do ip -netns "$name" link set eth0 up; done
ip -netns po-erp address add 10.70.0.20/24 dev eth0
ip -netns po-erp address add fd00:70::20/64 dev eth0 nodad
ip -netns po-erp route add default via 10.70.0.1
ip -netns po-out address add 10.70.9.9/24 dev eth0
ip -netns po-out route add 10.70.0.0/24 via 10.70.9.1
serve() { unit="$1"; shift; systemd-run --quiet --collect --unit "$unit" "$@"; }
serve po-erp ip netns exec po-erp busybox httpd -f -p 8080 -h /root
serve po-udp ip netns exec po-erp python3 /root/po-asks.py --echo 5300
serve po-web ip netns exec po-out busybox httpd -f -p 8080 -h /root
serve po-host busybox httpd -f -p 8078 -h /root
