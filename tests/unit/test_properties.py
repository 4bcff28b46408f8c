# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every noun, whatever is asked and found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Planning
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import HostError
from hypothesis import given
from hypothesis import strategies as st

from .nouns import NOUNS, Noun, line, spec_of

WHOLE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "network": (
        {
            "name": "lan",
            "mode": "nat",
            "bridge": "hv-lan",
            "subnet": "10.71.1.0/24",
            "gateway": "10.71.1.1",
            "dhcp": {"start": "10.71.1.2", "end": "10.71.1.99"},
            "reservations": [{"mac": "52:54:00:71:00:01", "ip": "10.71.1.9", "name": "erp"}],
            "dns": {"domain": "a.internal", "hosts": [{"ip": "10.71.1.9", "hostnames": ["erp"]}]},
            "mtu": 1400,
            "autostart": True,
        },
        {
            "name": "lan",
            "mode": "isolated",
            "reservations": [],
            "dns": {"domain": "b.internal", "forwarders": ["10.71.9.9"], "hosts": []},
            "mtu": 1500,
            "autostart": False,
        },
    ),
    "disk": (
        {
            "path": "a.qcow2",
            "size": "2G",
            "format": "qcow2",
            "cluster_size": "64K",
            "mode": "0600",
            "owner": "root",
        },
        {"path": "a.qcow2", "size": "3G", "mode": "0640", "group": "root"},
    ),
    "image": (
        {"name": "shop/app:3", "rootfs": "/srv/a.tar", "changes": ["CMD a"], "labels": {"a": "1", "b": "2"}},
        {"name": "shop/app:3", "rootfs": "/srv/b.tar", "labels": {"a": "2"}},
    ),
    "volume": (
        {"name": "db", "driver": "local", "driver_options": {"type": "nfs"}, "labels": {"a": "1", "b": "2"}},
        {"name": "db", "driver_options": {"type": "tmpfs", "device": "x"}, "labels": {"a": "2"}},
    ),
    "pool": (
        {
            "name": "fast",
            "type": "fs",
            "source": {"devices": ["/dev/sdb"], "format": "xfs"},
            "target": {"path": "/srv/fast", "mode": "0711", "owner": "0"},
            "cow": True,
            "build": "never",
            "autostart": True,
        },
        {
            "name": "fast",
            "type": "dir",
            "target": "/srv/other/",
            "state": "inactive",
            "cow": False,
            "autostart": False,
        },
    ),
    "container": (
        {
            "name": "app",
            "image": "shop/app:3",
            "command": "serve --port 80",
            "env": {"LANG": "C", "PORT": "80"},
            "labels": {"tier": "front"},
            "volumes": ["db:/srv", "/etc/app:/etc/app:ro"],
            "published_ports": ["8080:80", "53:53/udp"],
            "networks": [{"name": "lan", "ipv4_address": "10.71.1.130", "aliases": ["www"]}, {"name": "wan"}],
            "restart_policy": "on-failure",
            "restart_retries": 3,
            "memory": "512M",
            "capabilities": ["NET_ADMIN"],
            "healthcheck": {"test": ["CMD", "true"], "interval": "10s"},
        },
        {
            "name": "app",
            "image": "redis:7",
            "command": [],
            "env": {},
            "volumes": ["/var/lib/app:/srv"],
            "published_ports": [],
            "networks": [{"name": "wan"}],
            "restart_policy": "always",
            "memory": "1G",
            "capabilities": ["cap_net_admin", "sys_time"],
            "tmpfs": ["/tmp"],
        },
    ),
    "vm": (
        {
            "name": "erp",
            "state": "stopped",
            "memory": "2G",
            "max_memory": "4G",
            "vcpus": 2,
            "cpu": {"mode": "host-model"},
            "machine": "q35",
            "firmware": "efi",
            "boot": {"order": ["hd", "network"]},
            "disks": [{"source": "a.qcow2", "cache": "none"}, {"device": "cdrom"}],
            "networks": [{"network": "lan", "ip": "10.71.1.9"}, {"network": "lan"}, {"bridge": "br0"}],
            "cloud_init": {"hostname": "erp", "packages": ["nginx"]},
            "graphics": {"type": "vnc", "port": 5901},
            "guest_agent": True,
            "autostart": True,
            "labels": {"tier": "back", "site": "1"},
        },
        {
            "name": "erp",
            "state": "stopped",
            "memory": "3G",
            "vcpus": 4,
            "cpu": {"model": "Haswell"},
            "boot": {"order": ["network"]},
            "disks": [{"source": "b.qcow2"}, {"source": "a.qcow2", "target": "vdc"}],
            "networks": [{"bridge": "br0", "model": "e1000"}],
            "cloud_init": {"hostname": "crm"},
            "graphics": {"type": "none"},
            "autostart": False,
            "labels": {},
        },
    ),
}
KEYS = {
    "network": "name",
    "pool": "name",
    "disk": "path",
    "image": "name",
    "volume": "name",
    "container": "name",
    "vm": "name",
}


@st.composite
def written(draw: st.DrawFn) -> tuple[Noun, dict[str, Any], dict[str, Any]]:
    """A noun, and two documents of it: parts of its two examples, each option of the one or of the other."""
    name = draw(st.sampled_from(sorted(WHOLE)))
    documents = []
    for _number in range(2):
        document = {}
        for option in sorted({**WHOLE[name][0], **WHOLE[name][1]}):
            having = [example[option] for example in WHOLE[name] if option in example]
            if option in (KEYS[name], "state") or draw(st.booleans()):
                document[option] = draw(st.sampled_from(having))
        documents.append(document)
    return NOUNS[name], documents[0], documents[1]


def plan_of(noun: Noun, asked: Any, found: Any) -> list[str]:
    return [line(change) for change in noun.driver.plan(asked, found, Planning())]


def unchecked(noun: Noun, document: Mapping[str, Any]) -> Any | None:
    """None for a document that does not go together, as parts of two examples may not."""
    try:
        return spec_of(noun, document)
    except HostError:
        return None


@given(written())
def test_what_is_as_asked_is_left_alone(case: tuple[Noun, dict[str, Any], dict[str, Any]]) -> None:
    noun, document, _other = case
    spec = unchecked(noun, document)
    if spec is not None:
        assert plan_of(noun, spec, spec) == []


@given(written())
def test_what_is_not_asked_is_left_alone(case: tuple[Noun, dict[str, Any], dict[str, Any]]) -> None:
    noun, document, other = case
    asked, found = unchecked(noun, document), unchecked(noun, {**other, **document})
    if asked is not None and found is not None:
        assert plan_of(noun, asked, found) == []


@given(written())
def test_every_difference_is_of_an_option_that_was_written(
    case: tuple[Noun, dict[str, Any], dict[str, Any]],
) -> None:
    noun, document, other = case
    asked, found = unchecked(noun, document), unchecked(noun, other)
    if asked is None or found is None:
        return
    renamed = {"owner": "file_owner", "group": "file_group"} if noun.option == "disks" else {}
    options = {renamed.get(option, option) for option in document}
    try:
        changes = noun.driver.plan(asked, found, Planning())
    except HostError:
        return
    assert {path.partition(".")[0].partition("[")[0] for c in changes for path in c.fields} <= options
