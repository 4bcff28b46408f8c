# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the firewalls of the engines on a host get into each other's way, as far as it is certain from their rules.

docs/firewalls.md tells of the seven ways, A to G, and of what the role ``networking`` does about each.
"""

from __future__ import annotations

from collections.abc import Iterator

from .forwarding import lets_out, policy
from .host import ACTIVE, Finding, Host, HostNetwork

_ROLE = "the role networking of this collection does that"


def forwarding_off(host: Host) -> Iterator[Finding]:
    """A: Docker that finds forwarding off turns it on, and drops what is forwarded for others."""
    if host.machine.firewall.forwarding is not False:
        return
    cut = [n.name for n in _vm_networks(host) if n.mode in ("nat", "routed")]
    if cut or _is_present(host, "docker"):
        yield Finding(
            "forwarding-off",
            "error" if cut else "warning",
            "net.ipv4.ip_forward is 0: "
            + (f"the vms on {', '.join(cut)} reach nothing outside" if cut else "nothing is forwarded")
            + ", and Docker, when it turns that on, drops what is not its own",
            f"Set net.ipv4.ip_forward to 1, also in a file below /etc/sysctl.d; {_ROLE}.",
        )


def forward_drop(host: Host) -> Iterator[Finding]:
    """A and B: the policy of FORWARD drops what vms send, and no rule of iptables accepts it."""
    firewall = host.machine.firewall
    for command, code, rules in (
        ("iptables", "forward-drop", firewall.rules),
        ("ip6tables", "forward-drop-ipv6", firewall.rules6),
    ):
        if policy(rules) != "DROP":
            continue
        for network in _vm_networks(host):
            subnet = network.subnet if command == "iptables" else network.subnet6
            if network.mode not in ("nat", "routed") or (command == "ip6tables" and subnet is None):
                continue
            if not lets_out(rules, network.bridge or "", subnet):
                yield Finding(
                    code,
                    "error",
                    f"network {network.name}: {command} drops what its vms send out, since the policy of FORWARD is "
                    f"DROP and no rule accepts what comes from {network.bridge}"
                    + (
                        "; libvirt accepts it in nftables, which overrules no drop"
                        if firewall.libvirt_in_nftables
                        else ""
                    ),
                    f"Accept it at the end of FORWARD, in both directions: -i {network.bridge} and -o "
                    f"{network.bridge}; {_ROLE}.",
                )


def bridges_filtered(host: Host) -> Iterator[Finding]:
    """C: br_netfilter sends what stays on one bridge through iptables."""
    firewall = host.machine.firewall
    if not firewall.bridges_filtered:
        return
    dropped = policy(firewall.rules) == "DROP" and bool(_vm_networks(host))
    yield Finding(
        "bridges-filtered",
        "warning" if dropped else "info",
        "br_netfilter sends what vms and containers on one bridge say to each other through iptables"
        + (", whose FORWARD drops by default" if dropped else ""),
        f"Set net.bridge.bridge-nf-call-iptables to 0, unless something relies on it; {_ROLE}.",
    )


def guarded(host: Host) -> Iterator[Finding]:
    """D: Docker 28 and later drops what is sent to containers from elsewhere before any rule of FORWARD is asked."""
    addresses = host.machine.firewall.guarded
    if addresses and _vm_networks(host):
        more = f" and {len(addresses) - 3} more" if len(addresses) > 3 else ""
        yield Finding(
            "containers-guarded",
            "info",
            f"Docker drops what vms send to the addresses of its containers: {', '.join(addresses[:3])}{more}",
            "Publish a port and ask the host's address for it, put both on one network, or name the vms' bridge in the "
            "option com.docker.network.bridge.trusted_host_interfaces of the containers' network.",
        )


def nat_one_way(host: Host) -> Iterator[Finding]:
    """E: a network of libvirt with NAT takes no new connections from elsewhere."""
    elsewhere = {
        place.name
        for workload in host.workloads
        if workload.kind == "container" and workload.state in ACTIVE
        for place in workload.networks
    }
    for network in _vm_networks(host):
        others = sorted(elsewhere - set(network.names.values()))
        inhabited = any(
            place.name == network.name
            for workload in host.workloads
            if workload.kind == "vm" and workload.state in ACTIVE
            for place in workload.networks
        )
        if network.mode == "nat" and inhabited and others:
            yield Finding(
                "nat-one-way",
                "info",
                f"network {network.name}: containers on {', '.join(others)} do not reach its vms: libvirt rejects "
                "connections from outside of a network of mode nat",
                f"Put the containers on {network.name}, too, or give it the mode routed.",
            )


def docker_in_nftables(host: Host) -> Iterator[Finding]:
    """F: Docker 29 with nftables reads no DOCKER-USER, and a policy that its predecessor set drops what it accepts."""
    firewall = host.machine.firewall
    if firewall.docker_in_nftables:
        dropped = policy(firewall.rules) == "DROP" and not lets_out(firewall.rules, "docker0", None)
        yield Finding(
            "docker-in-nftables",
            "error" if dropped else "info",
            "Docker has its rules in nftables, and "
            + (
                "the policy of FORWARD in iptables, DROP, drops what they accept"
                if dropped
                else "what stands in DOCKER-USER of iptables cannot overrule them"
            ),
            f"Set the policy to ACCEPT, or accept what comes from and goes to Docker's bridges; {_ROLE}."
            if dropped
            else "Let Docker accept by a mark: its option bridge-accept-fwmark.",
        )


def rules_missing(host: Host) -> Iterator[Finding]:
    """G: somebody has emptied the firewall under an engine."""
    firewall = host.machine.firewall
    docker = any(e.name == "docker" and e.reachable for e in host.engines)
    if docker and firewall.lacks_docker:
        yield Finding(
            "rules-missing",
            "error",
            "docker runs, and its rules are gone: containers are cut off from outside, and their ports from all",
            f"Restart docker, which brings them back; {_ROLE} where live-restore keeps the containers running.",
        )
    cut = [n.name for n in _vm_networks(host) if n.mode in ("nat", "routed", "isolated")]
    if cut and firewall.lacks_libvirt:
        yield Finding(
            "rules-missing",
            "error",
            f"libvirt runs the networks {', '.join(cut)}, and its rules are gone: their vms are cut off from outside",
            f"Restart libvirtd, which brings them back and leaves vms running; {_ROLE}.",
        )


def flushed(host: Host) -> Iterator[Finding]:
    """G: a service that empties the whole firewall each time it is loaded."""
    firewall = host.machine.firewall
    engines = [e.name for e in host.engines if e.name in ("docker", "libvirt") and e.present]
    if firewall.flushed_by and engines and not firewall.kept:
        yield Finding(
            "firewall-flushed",
            "warning",
            f"{firewall.flushed_by} begins with flush ruleset: each time that nftables is loaded, the rules of "
            f"{' and '.join(engines)} are gone",
            "Name your own tables there instead (destroy table ..., or delete table ...), or have them put back: "
            f"{_ROLE}.",
        )


def _vm_networks(host: Host) -> list[HostNetwork]:
    return [n for n in host.networks if "libvirt" in n.names and n.active and n.bridge]


def _is_present(host: Host, name: str) -> bool:
    return any(engine.name == name and engine.present for engine in host.engines)


FIREWALL_CHECKS = (
    forwarding_off,
    forward_drop,
    bridges_filtered,
    guarded,
    nat_one_way,
    docker_in_nftables,
    rules_missing,
    flushed,
)
