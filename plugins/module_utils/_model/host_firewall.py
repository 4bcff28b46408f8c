# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host does with what it forwards, as far as it could be read."""

from __future__ import annotations

import dataclasses

# Until Docker 27, and from 28 on. With live-restore it starts into an empty firewall without its DOCKER-USER.
_DOCKER_JUMPS = ("DOCKER-ISOLATION-STAGE-1", "DOCKER-FORWARD")
_DOCKER_TABLE = "ip docker-bridges"
_LIBVIRT_JUMP = "LIBVIRT_FWO"
_LIBVIRT_TABLE = "ip libvirt_network"


@dataclasses.dataclass(frozen=True)
class HostFirewall:
    """``rules`` and ``rules6`` are the tables ``filter`` of iptables and ip6tables, ``raw`` that of iptables, as ``-S``
    prints them; ``tables`` are those of nftables, such as ``ip docker-bridges``. None, and no rules, are what could not
    be read.

    ``docker_filters``: Docker is not told to leave the firewall alone. ``flushed_by``: the file by which a service
    empties the whole firewall each time that it is loaded. ``kept``: the role ``networking`` puts back what that takes.
    """

    rules: tuple[str, ...] = ()
    rules6: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    tables: frozenset[str] | None = None
    forwarding: bool | None = None
    bridges_filtered: bool = False
    docker_filters: bool = True
    flushed_by: str | None = None
    kept: bool = False

    @property
    def docker_in_nftables(self) -> bool:
        """Whether Docker has its rules in nftables, as its versions from 29 on may."""
        return _DOCKER_TABLE in (self.tables or ())

    @property
    def libvirt_in_nftables(self) -> bool:
        """Whether libvirt has its rules in nftables, as its versions from 10.4 on do."""
        return _LIBVIRT_TABLE in (self.tables or ())

    @property
    def lacks_docker(self) -> bool:
        """Whether what Docker forwards by is certainly not there."""
        if not self.rules or self.tables is None or self.docker_in_nftables or not self.docker_filters:
            return False
        return not any(self._jumps_to(chain) for chain in _DOCKER_JUMPS)

    @property
    def lacks_libvirt(self) -> bool:
        """Whether what libvirt forwards by is certainly not there."""
        if not self.rules or self.tables is None or self.libvirt_in_nftables:
            return False
        return not self._jumps_to(_LIBVIRT_JUMP)

    def _jumps_to(self, chain: str) -> bool:
        return f"-A FORWARD -j {chain}" in self.rules

    @property
    def guarded(self) -> tuple[str, ...]:
        """Addresses of containers to which Docker lets come what is sent on their own bridge alone."""
        words = [rule.split() for rule in self.raw]
        return tuple(
            rule[3].partition("/")[0]
            for rule in words
            if rule[:3] == ["-A", "PREROUTING", "-d"]
            and rule[4:6] == ["!", "-i"]
            and rule[6] != "lo"
            and rule[-2:] == ["-j", "DROP"]
        )
