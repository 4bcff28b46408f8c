#!/bin/sh
# shake.sh engines|forward|ruleset|reload: what the repair has to survive. With ruleset nobody looks, until reload.
set -eu
case "$1" in
    engines)
        # Docker may be started three times a minute.
        systemctl reset-failed docker.service
        systemctl restart docker.service libvirtd.service
        ;;
    forward) iptables --flush FORWARD ;;
    ruleset)
        systemctl stop hybrid-host-networking.timer
        # It may be at work: this ends when that has.
        systemctl start hybrid-host-networking.service
        nft flush ruleset
        ;;
    reload)
        systemctl start hybrid-host-networking.timer
        systemctl reload nftables.service
        ;;
esac
