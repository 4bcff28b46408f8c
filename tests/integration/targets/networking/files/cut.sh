#!/bin/sh
# cut.sh BACKEND off|docker: forwarding is off; then Docker starts, after libvirt, and brings br_netfilter, and the policy of
# IPv6 is DROP. libvirt has its rules where BACKEND says, if it says something.
set -eu
off() {
    if [ -n "$1" ]; then
        echo "firewall_backend = \"$1\"" >>/etc/libvirt/network.conf
        # In nftables libvirt makes all of its rules or none, and has tc mend checksums of DHCP, which this kernel cannot.
        cat >/usr/local/sbin/tc <<'END'
#!/bin/sh
case "$*" in *"action csum"*) exit 0 ;; esac
exec /usr/sbin/tc "$@"
END
        chmod 0755 /usr/local/sbin/tc
    fi
    systemctl stop docker.service docker.socket
    # It begins with an empty firewall, as when the host starts, and its service is there to be loaded again. libvirt 11.3
    # at times takes half a minute to stop.
    systemctl restart nftables.service
    systemctl kill --signal=KILL libvirtd.service
    systemctl restart libvirtd.service
    virsh --connect qemu:///system version
    sysctl --write net.ipv4.ip_forward=0
    python3 /root/nw-reach.py '!vm:lan'
}
docker() {
    systemctl reset-failed docker.service
    systemctl start docker.service
    ip6tables --policy FORWARD DROP
    sysctl --write net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1
    # What others have is to stay.
    iptables --insert DOCKER-USER --source 192.0.2.1/32 --jump DROP
    nft add table inet nw-other
    iptables --list-rules FORWARD
}
"$2" "$1"
