# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every definition that is made is valid by libvirt's own schema, and is read back as it was asked."""

from __future__ import annotations

import dataclasses
import fnmatch
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import compare
from ansible_collections.hybrid.host.plugins.module_utils._core.field import policies
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_definition import (
    new_definition,
    write_changes,
)
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_patch import read_patches
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm_tables import TABLE
from ansible_collections.hybrid.host.plugins.module_utils._model.new_vm import completed
from ansible_collections.hybrid.host.plugins.module_utils._model.os_presets import FAMILIES
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._model.vm_cost import aligned, differences

from tests.unit.nouns import HOST, NOUNS, spec_of

TARGET = Path(__file__).parents[3] / "integration/targets/vm/vars/main.yml"
SCHEMA = "/usr/share/libvirt/schemas/domain.rng"
SHORTEST = {"name": "erp", "memory": "1G", "disks": [{"source": "erp.qcow2"}]}
WHOLE: Mapping[str, Any] = {
    "name": "erp",
    "title": "<b>erp",
    "description": "a & 'b' \"c\" \u2713",
    "memory": "256M",
    "max_memory": "512M",
    "vcpus": 2,
    "max_vcpus": 4,
    "iothreads": 2,
    "cpu": {
        "model": "Skylake-Server",
        "topology": {"sockets": 1, "cores": 2, "threads": 2},
        "features": {"vmx": "disable", "aes": "require"},
    },
    "cputune": {
        "shares": 2048,
        "period": 100000,
        "quota": 50000,
        "emulatorpin": "0,1",
        "vcpupin": {"0": "0", "1": "0-1"},
    },
    "blkiotune": {"weight": 500},
    "numa": {
        "cells": [{"cpus": "0-1", "memory": "256M"}, {"cpus": "2-3", "memory": "256M"}],
        "mode": "strict",
        "nodeset": "0",
    },
    "memory_backing": {
        "page_size": "2M",
        "locked": True,
        "nosharepages": True,
        "source": "memfd",
        "access": "shared",
        "discard": True,
    },
    "virt_type": "kvm",
    "arch": "x86_64",
    "machine": "q35",
    "firmware": "efi",
    "secure_boot": True,
    "tpm": {"model": "tpm-crb", "version": "2.0"},
    "boot": {"order": ["hd", "cdrom", "network"]},
    "features": {
        "acpi": True,
        "pae": True,
        "vmport": False,
        "kvm_hidden": True,
        "hyperv": {"relaxed": True, "spinlocks": 8191, "vendor_id": "abc", "vapic": False},
    },
    "clock": {
        "offset": "timezone",
        "timezone": "Europe/Berlin",
        "timers": [{"name": "tsc", "present": True}],
    },
    "smbios": {
        "bios": {"vendor": "ACME"},
        "system": {"manufacturer": "A & B", "serial": "1"},
        "base_board": {"serial": "2"},
        "chassis": {"asset": "3"},
        "oem_strings": ["one", "two"],
    },
    "on_poweroff": "restart",
    "on_reboot": "destroy",
    "on_crash": "preserve",
    "security_label": {"type": "static", "model": "dac", "label": "+0:+0", "relabel": False},
    "disks": [
        {
            "source": "erp.qcow2",
            "cache": "none",
            "io": "native",
            "discard": "unmap",
            "detect_zeroes": "unmap",
            "iothread": 2,
            "serial": "abc",
            "iotune": {"total_bytes_sec": "1M", "read_iops_sec": 100, "read_iops_sec_max": 200},
        },
        {"pool": "fast", "volume": "db.qcow2"},
        {"source": "/dev/vg/lv", "shareable": True, "bus": "scsi"},
        {"source": "shared.raw", "readonly": True, "bus": "sata"},
        {"device": "cdrom", "source": "/srv/a.iso"},
        {"device": "cdrom"},
    ],
    "networks": [
        {
            "network": "lan",
            "mac": "52:54:00:00:00:01",
            "mtu": 1400,
            "filter": "clean-traffic",
            "queues": 2,
            "vlan": 42,
            "link_state": "down",
            "bandwidth": {
                "inbound": {"average": 1000, "peak": 2000, "burst": 100},
                "outbound": {"average": 500},
            },
        },
        {"network": "lan", "model": "e1000e"},
        {"bridge": "br0"},
        {"direct": "eth0", "source_mode": "bridge"},
        {"user": True},
    ],
    "host_devices": [
        {"pci": "3b:00.1"},
        {"usb": "1D6B:0002"},
        {"usb": "1.4"},
        {"mdev": "c7b1a2c0-4c3e-4a4b-9b7c-0a1b2c3d4e5f"},
    ],
    "filesystems": [
        {"source": "/srv", "target": "srv"},
        {"source": "/opt", "target": "opt", "driver": "9p", "readonly": True},
    ],
    "channels": [
        {"name": "org.example.0", "path": "/run/example.sock"},
        {"name": "com.redhat.spice.0", "type": "spicevmc"},
    ],
    "graphics": {"type": "spice", "listen": "0.0.0.0", "port": 5901, "password": "pa<ss"},
    "video": "qxl",
    "watchdog": {"model": "i6300esb", "action": "poweroff"},
    "balloon": {"autodeflate": True, "free_page_reporting": True, "stats_period": 5},
    "xml_patch": [
        {"path": "./devices/sound/@model", "value": "ich9"},
        {"path": "./devices/input[@type='keyboard']/@bus", "value": "usb"},
        {"path": "./qemu:commandline/qemu:arg/@value", "value": "-no-user-config"},
        {"path": "./pm/suspend-to-mem/@enabled", "value": "no"},
    ],
    "labels": {"tier": "<back>"},
    "protection": True,
}
LEGACY = {"os": "legacy", "cpu": {"mode": "custom", "model": "qemu64"}, "tpm": {"type": "none"}}
EXAMPLES = {
    "shortest": SHORTEST,
    "whole": WHOLE,
    "legacy": {**SHORTEST, **LEGACY},
    "no devices": {**SHORTEST, "console": False, "balloon": {"model": "none"}, "watchdog": {"model": "none"}},
    "defaults": {
        **SHORTEST,
        "disks": [{"source": "erp.qcow2", "cache": "default"}],
        "cpu": {"topology": {"cores": 2}},
    },
    "kernel": {
        **SHORTEST,
        "boot": {"kernel": "/boot/vmlinuz", "initrd": "/boot/initrd", "cmdline": "a=1 <&"},
    },
    "not secure": {**SHORTEST, "firmware": "efi", "secure_boot": False},
    **{f"os {name}": {**SHORTEST, "os": name.rstrip("*")} for name in FAMILIES},
}
CONTAINER: Mapping[str, Any] = {
    "name": "erp",
    "virt_type": "lxc",
    "memory": "64M",
    "init": "/bin/start",
    "init_args": ["one two", "<three>", ""],
    "cputune": {"shares": 500, "quota": 20000},
    "blkiotune": {"weight": 500},
    "filesystems": [
        {"source": "/srv/erp", "target": "/"},
        {"source": "/opt", "target": "/opt", "readonly": True},
    ],
    "networks": [{"network": "lan", "ip": "10.77.0.9"}, {"bridge": "br0"}],
    "labels": {"tier": "back"},
}
UNWRITTEN = {"cloud_init", "autostart", "xml_patch"}


def asked(written: Mapping[str, Any]) -> Vm:
    spec: Vm = spec_of(NOUNS["vm"], written)
    return dataclasses.replace(spec, managed=True)


def valid(root: xml.Element) -> str:
    """What libvirt's schema has against the domain; ``""`` for nothing."""
    argv = ["xmllint", "--noout", "--relaxng", SCHEMA, "-"]
    done = subprocess.run(argv, input=xml.render(root), capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


def found(root: xml.Element, spec: Vm) -> Vm:
    values = xml.read(TABLE, root)
    patches = read_patches(xml.render(root), spec.xml_patch or ())
    return Vm(name="erp", state="stopped", xml_patch=patches, **values)


@pytest.mark.parametrize("written", EXAMPLES.values(), ids=EXAMPLES)
def test_a_new_definition_is_valid_and_says_what_was_asked(written: Mapping[str, Any]) -> None:
    spec = asked(written)
    root = new_definition(completed(spec, HOST), log_console=True)
    assert valid(root) == ""
    without_sizes = [d for d in differences(spec, found(root, spec)) if not d.path.endswith(".size")]
    assert [d.path for d in without_sizes] == []


@pytest.mark.parametrize("written", EXAMPLES.values(), ids=EXAMPLES)
def test_a_change_is_valid_and_says_what_was_asked(written: Mapping[str, Any]) -> None:
    spec = asked(written)
    root = new_definition(completed(asked({"name": "erp", "vcpus": 1}), HOST), log_console=True)
    write_changes(root, spec, differences(spec, found(root, spec)), HOST)
    assert valid(root) == ""
    assert compare(*aligned(spec, found(root, spec))) == ()


def test_what_libvirt_does_not_write_down_or_adds_by_itself_is_found_as_it_was_asked() -> None:
    spec = asked(
        {**SHORTEST, "disks": [{"source": "erp.qcow2", "cache": "default"}], "balloon": {"model": "none"}}
    )
    root = new_definition(completed(spec, HOST), log_console=True)
    assert [balloon.attrib for balloon in root.iter("memballoon")] == [{"model": "none"}]
    for driver in root.iter("driver"):
        driver.attrib.pop("cache", None)
    assert compare(*aligned(spec, found(root, spec))) == ()
    again = asked({**SHORTEST, "balloon": {"model": "virtio"}})
    write_changes(root, again, differences(again, found(root, again)), HOST)
    assert [balloon.attrib for balloon in root.iter("memballoon")] == [{"model": "virtio"}]


def test_there_are_more_disks_than_letters() -> None:
    disks = [{"source": f"/srv/{number}.img"} for number in range(28)]
    spec = asked({**SHORTEST, "disks": disks, "cloud_init": {"hostname": "erp"}})
    root = new_definition(completed(spec, HOST), log_console=True)
    assert valid(root) == ""
    targets = [target.get("dev") for target in root.iterfind("./devices/disk/target")]
    assert targets[24:] == ["vdy", "vdaa", "vdab", "vdac", "vdz"]
    more = asked({"name": "erp", "disks": [{"source": "/srv/new.img"}, *disks]})
    paths = {d.path for d in differences(*aligned(more, found(root, more)))}
    assert paths == {"disks[vdad]", "disks[vdz]"}, "the seed is none of the reader's here"


def test_folders_are_shared_with_memory_that_their_daemon_sees() -> None:
    folder = {"filesystems": [{"source": "/srv", "target": "srv"}], "memory_backing": {"locked": True}}
    backing = completed(asked({**SHORTEST, **folder}), HOST).memory_backing
    assert backing is not None
    assert (backing.locked, backing.source, backing.access) == (True, "memfd", "shared")


def test_a_system_container_is_valid_and_has_nothing_of_a_machine() -> None:
    spec = asked(CONTAINER)
    root = new_definition(completed(spec, HOST), log_console=True)
    assert valid(root) == ""
    assert [d.path for d in compare(*aligned(spec, found(root, spec))) if not d.path.endswith("].ip")] == []
    assert (root.get("type"), root.findtext("./os/type")) == ("lxc", "exe")
    assert root.find("./features/privnet") is not None
    assert {device.tag for device in root.findall("./devices/*")} == {"console", "filesystem", "interface"}
    assert not root.findall("./devices/interface/model") + root.findall("./devices/filesystem/driver")
    fewer = dataclasses.replace(spec, init_args=("three",), filesystems=(spec.filesystems or ())[:1])
    write_changes(root, fewer, differences(fewer, found(root, fewer)), HOST)
    assert valid(root) == ""
    assert [argument.text for argument in root.findall("./os/initarg")] == ["three"]


def test_the_whole_example_writes_every_field() -> None:
    spec = asked(WHOLE)
    missing = {
        name for name, policy in policies(Vm).items() if not policy.reported and getattr(spec, name) is None
    }
    kept_apart = {"cloud_init", "unattend", "autostart", "owner", "uuid", "console", "guest_agent", "rng"}
    assert missing == {*kept_apart, "init", "init_args"}


def test_every_preset_is_started_for_real() -> None:
    defaults = yaml.safe_load(TARGET.read_text(encoding="utf-8"))
    first = [next(p for p in FAMILIES if fnmatch.fnmatchcase(name, p)) for name in defaults["vm_systems"]]
    assert set(first) == set(FAMILIES)
