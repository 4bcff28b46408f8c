#!/bin/sh
# peers.sh: what stands for a vm on nw-net, for one on the host's bridge nw-br, for one on nw-own, on which Docker has a
# network as well, and for a machine of the LAN on nw-br: network namespaces with a leg in the bridge. A guest's frames
# come the same way.
set -eu
ip link add nw-br address 02:00:00:74:00:01 type bridge
ip link add nw-own address 02:00:00:74:02:01 type bridge
ip link set nw-br up
ip link set nw-own up
ip address add 10.74.0.1/24 dev nw-br
ip address add fd00:74::1/64 dev nw-br nodad
ip address add 10.74.2.1/24 dev nw-own
# peer NAME BRIDGE NET NUMBER: at 10.74.NET.NUMBER.
peer() {
    ip netns add "nw-$1"
    ip link add "nw-leg-$1" type veth peer name eth0 netns "nw-$1"
    ip link set "nw-leg-$1" master "$2" up
    ip -netns "nw-$1" link set eth0 up
    ip -netns "nw-$1" address add "10.74.$3.$4/24" dev eth0
}
# peer6 NAME PREFIX NUMBER: over IPv6 as well.
peer6() { ip -netns "nw-$1" address add "$2::$3/64" dev eth0 nodad; }
peer vm hv-nw-net 1 20
peer bridged nw-br 0 20
peer lan nw-br 0 9
peer own nw-own 2 20
peer6 vm fd00:74:1 20
peer6 bridged fd00:74 20
peer6 lan fd00:74 9
# The LAN knows no way to what has NAT.
ip -netns nw-vm route add default via 10.74.1.1
ip -netns nw-vm -6 route add default via fd00:74:1::1
ip -netns nw-bridged route add default via 10.74.0.1
ip -netns nw-own route add default via 10.74.2.1
docker network create --subnet=10.74.2.0/24 --gateway=10.74.2.1 --ip-range=10.74.2.128/25 \
    --opt=com.docker.network.bridge.name=nw-own nw-shared
