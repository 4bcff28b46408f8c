#!/bin/sh
# look.sh NIC: how it is, and that there is no bridge.
{
    ip -oneline link show dev "$1"
    ip -brief address show dev "$1"
    ip route show dev "$1"
    ip -brief link show type bridge
    networkctl --no-legend list "$1"
} | cat # On a terminal they have colours, and a pager.
