# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads what the host does with what it forwards."""

from __future__ import annotations

import contextlib
import json
import os
import re

from .._core.errors import HostError
from .._model.host_firewall import HostFirewall
from .command import run
from .machine import text_or_nothing

_SECONDS = 10
_FORWARDING = "/proc/sys/net/ipv4/ip_forward"
_FILTERED = "/proc/sys/net/bridge/bridge-nf-call-iptables"
_DOCKER_SETTINGS = "/etc/docker/daemon.json"
# Where the service nftables of Debian and of Fedora is enabled, and what it loads.
_NFTABLES = (
    ("/etc/systemd/system/sysinit.target.wants/nftables.service", "/etc/nftables.conf"),
    ("/etc/systemd/system/multi-user.target.wants/nftables.service", "/etc/sysconfig/nftables.conf"),
)
_FLUSHES = re.compile(r"^\s*flush\s+ruleset\b", re.MULTILINE)
_KEEPER = "/etc/systemd/system/hybrid-host-networking.service"


def host_firewall(*, with_rules: bool) -> HostFirewall:
    """The firewall; without rules, only what the kernel's switches and the files of services say."""
    forwarding = text_or_nothing(_FORWARDING).strip()
    return HostFirewall(
        rules=_rules("iptables", "filter") if with_rules else (),
        rules6=_rules("ip6tables", "filter") if with_rules else (),
        raw=_rules("iptables", "raw") if with_rules else (),
        tables=_tables() if with_rules else None,
        forwarding=forwarding == "1" if forwarding else None,
        bridges_filtered=text_or_nothing(_FILTERED).strip() == "1",
        docker_filters=_docker_filters(),
        flushed_by=_flushed_by(),
        kept=os.path.exists(_KEEPER),
    )


def _rules(command: str, table: str) -> tuple[str, ...]:
    """None where they cannot be read."""
    argv = [command, "-w", "5", "-t", table, "-S"]
    try:
        return tuple(run(argv, tried=f"read the rules of {command}", timeout=_SECONDS).splitlines())
    except HostError:
        return ()


def _tables() -> frozenset[str] | None:
    try:
        text = run(["nft", "list", "tables"], tried="list the tables of nftables", timeout=_SECONDS)
    except HostError:
        return None
    return frozenset(line.partition(" ")[2] for line in text.splitlines())


def _docker_filters() -> bool:
    settings = None
    with contextlib.suppress(ValueError):
        settings = json.loads(text_or_nothing(_DOCKER_SETTINGS) or "{}")
    return not isinstance(settings, dict) or settings.get("iptables") is not False


def _flushed_by() -> str | None:
    return next(
        (
            path
            for unit, path in _NFTABLES
            if os.path.lexists(unit) and _FLUSHES.search(text_or_nothing(path))
        ),
        None,
    )
