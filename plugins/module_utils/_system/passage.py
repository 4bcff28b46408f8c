# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way past libvirt's firewall for what the host leads to a vm.

libvirt rejects new connections to the vms of a network with NAT, by iptables or, from version 10.4 on, by nftables. No
table of others can overrule that, so that one rule has to stand before it, in libvirt's own chain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .._core.errors import MissingLibrary
from .command import check_command, run
from .unit import Unit

_MARK = "hybrid.host/published"
_CHAIN, _TABLE = "LIBVIRT_FWI", ("ip", "libvirt_network", "guest_input")
_MATCH = tuple(
    f"--match conntrack --ctstate DNAT --match comment --comment {_MARK} --jump ACCEPT".split(),
)
_RULE = tuple(f'ct status dnat counter accept comment "{_MARK}"'.split())
_HANDLE = re.compile(r"# handle (\d+)$")
_OURS = f"nft --handle list chain {' '.join(_TABLE)} | sed -n s,.*{_MARK}.*handle.,,p"
# libvirt puts its rules on top whenever it starts, which it also does after it was idle. It answers when that is done.
UNIT = Unit(
    "hybrid-host-published.service",
    f"""\
# Made by hybrid.host, and removed with the last published port of a vm.
[Unit]
Description=Way past libvirt's firewall for published ports of vms
After=libvirtd.service virtnetworkd.service

[Service]
Type=oneshot
ExecStart=-virsh --connect qemu:///system version
ExecStart=-iptables --wait --delete {_CHAIN} {" ".join(_MATCH)}
ExecStart=-iptables --wait --insert {_CHAIN} {" ".join(_MATCH)}
ExecStart=-sh -c '{_OURS} | xargs -r -n 1 nft delete rule {" ".join(_TABLE)} handle'
ExecStart=-nft 'insert rule {" ".join(_TABLE)} {" ".join(_RULE)}'

[Install]
WantedBy=multi-user.target libvirtd.service virtnetworkd.service
""",
    ("multi-user.target", "libvirtd.service", "virtnetworkd.service"),
)


def is_open(bridge: str) -> bool:
    """Whether nothing of libvirt's rejects what is led to a bridge, now and when libvirt has started anew."""
    free = all(_is_before(rules, bridge) for rules in (_iptables_rules(), _nft_rules()))
    return free and UNIT.is_installed()


def open_up() -> None:
    """Has the rule stand before all of libvirt's, and come back with them. Raises ``HostError``."""
    if not UNIT.is_installed():
        UNIT.install()
    close_again()
    if _iptables_rules():
        _iptables("--insert", _CHAIN, *_MATCH)
    if _nft_rules():
        run(["nft", "insert", "rule", *_TABLE, *_RULE], tried="put a rule before libvirt's")


def close_again() -> None:
    """Takes the rule away, however often it is there. Raises ``HostError``."""
    for _rule in [rule for rule in _iptables_rules() if _MARK in rule]:
        _iptables("--delete", _CHAIN, *_MATCH)
    for rule in _nft_rules():
        handle = _HANDLE.search(rule)
        if _MARK in rule and handle:
            run(
                ["nft", "delete", "rule", *_TABLE, "handle", handle[1]],
                tried="take a rule from before libvirt's",
            )


def remove() -> None:
    """Takes the rule away, and what brings it back. Raises ``HostError``."""
    UNIT.remove()
    close_again()


def _is_before(rules: Sequence[str], bridge: str) -> bool:
    """Whether ours comes before the first that rejects what goes to the bridge, if there is one."""
    for rule in rules:
        if _MARK in rule:
            return True
        if "reject" in rule.lower() and re.search(rf'[ "]{re.escape(bridge)}[ "]', rule):
            return False
    return True


def _iptables_rules() -> list[str]:
    """The rules of libvirt's chain in iptables; none where there is no such chain."""
    if not _has("iptables"):
        return []
    shown = _iptables("--list-rules", _CHAIN, accepted=(0, 1))
    return [line for line in shown.splitlines() if line.startswith("-")]


def _nft_rules() -> list[str]:
    """Those in nftables, with their handles."""
    if not _has("nft"):
        return []
    argv = ["nft", "--handle", "list", "chain", *_TABLE]
    shown = run(argv, tried="read libvirt's rules", accepted=(0, 1))
    return [line for line in shown.splitlines() if "handle" in line]


def _iptables(*words: str, accepted: Sequence[int] = (0,)) -> str:
    return run(
        ["iptables", "--wait", *words], tried="have iptables let pass what is published", accepted=accepted
    )


def _has(command: str) -> bool:
    try:
        check_command(command, "look for it")
    except MissingLibrary:
        return False
    return True
