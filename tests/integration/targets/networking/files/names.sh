#!/bin/sh
# names.sh resolved|dnsmasq|none: that one of the host's resolvers knows a name on nw-net, and that of its address, and no
# other does.
set -u
ask() {
    case "$1" in
        resolved) resolvectl query "$2" ;;
        dnsmasq) busybox nslookup "$2" 127.0.0.1 ;;
    esac 2>&1
}
for resolver in resolved dnsmasq; do
    knows=no
    ask "$resolver" erp.nw.internal | grep -qF 10.74.1.20 && ask "$resolver" 10.74.1.20 | grep -qF erp.nw.internal && knows=yes
    [ "$resolver" = "$1" ] && expected=yes || expected=no
    if [ "$knows" != "$expected" ]; then
        echo "whether $resolver knows them: $knows"
        ask "$resolver" erp.nw.internal
        ask "$resolver" 10.74.1.20
        exit 1
    fi
done
