# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads domains into specs: one sweep, read only."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterable
from typing import Any

from .._core.errors import ApplyFailed
from .._model.cloud_init import CloudInit
from .._model.disk_attachment import DiskAttachment
from .._model.nic import Nic, paired
from .._model.unattend import ANSWER_FILE, Unattend
from .._model.vm import Vm
from .._model.vm_cost import waiting
from .._model.vm_host import VmHost
from . import xml
from .disk_key import passphrase_of
from .session import Session
from .vm_layers import layered, layers
from .vm_power import is_saved
from .vm_processor import VENDOR, fixed_vcpus
from .vm_tables import SEED_DIGESTS, SEED_INSTANCE, SEED_PATH, TABLE
from .volumes import volume_size
from .xml import HYBRID, Element

_ACTIVE = {
    "VIR_DOMAIN_PAUSED": "paused",
    "VIR_DOMAIN_PMSUSPENDED": "paused",
    "VIR_DOMAIN_CRASHED": "crashed",
}


@dataclasses.dataclass(frozen=True)
class _Network:
    """What a network knows of MACs: the address reserved for each, and those given out."""

    reserved: dict[str, str] = dataclasses.field(default_factory=dict)
    leased: dict[str, list[str]] = dataclasses.field(default_factory=dict)


class VmReader:
    """Reads the domains of one libvirt."""

    def __init__(self, session: Session, host: VmHost) -> None:
        self._session = session
        self._host = host

    def read(self, names: Collection[str], owner: str | None) -> dict[str, Vm]:
        """The vms of these names, and all that carry ``owner``."""
        starting = self._session.constant("VIR_CONNECT_LIST_DOMAINS_AUTOSTART")
        snapshotted = self._session.constant("VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT")
        checked = self._session.constant("VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT")
        domains, automatic, shadowed, marked = self._session.do(
            "list the vms",
            lambda c: (
                {d.name(): d for d in c.listAllDomains(0)},
                {d.name() for d in c.listAllDomains(starting)},
                {d.name() for d in c.listAllDomains(snapshotted)},
                {d.name() for d in c.listAllDomains(checked)},
            ),
        )
        found: dict[str, Vm] = {}
        for name, domain in domains.items():
            if name not in names and owner is None:
                continue
            vm = self._vm(domain, owner if name not in names else None)
            if vm is not None:
                vm = layered(vm, layers(self._session, name)) if name in shadowed else vm
                found[name] = dataclasses.replace(
                    vm, autostart=name in automatic, recorded=name in shadowed | marked
                )
        return self._with_addresses(found)

    def _vm(self, domain: Any, owner: str | None) -> Vm | None:
        """One vm; None where it has gone meanwhile or, with ``owner``, is somebody else's."""
        secure = self._session.constant("VIR_DOMAIN_XML_SECURE")
        inactive = self._session.constant("VIR_DOMAIN_XML_INACTIVE") | secure

        def texts(_connection: Any) -> tuple[str, str, str]:
            written = domain.XMLDesc(inactive)
            if owner is not None and HYBRID not in written:
                return "", "", ""
            if domain.isActive():
                return written, domain.XMLDesc(secure), self._state(domain.state()[0])
            saved = is_saved(self._session, domain)
            return written, "", "saved" if saved else "stopped"

        answer = self._session.find(texts, "read the vm")
        if answer is None or not answer[0]:
            return None
        written, running, state = answer
        if state == "saved":
            running = self._saved(domain)
        spec = dataclasses.replace(
            self._spec(domain.name(), xml.parse(written)), definition=written, state=state
        )
        if owner is not None and spec.owner != owner:
            return None
        if not running:
            return spec
        root = xml.parse(running)
        if state != "saved":
            self._restore_cpu(domain, root)
        live = self._spec(domain.name(), root)
        nics = paired(live.networks or (), spec.networks or ())
        live = dataclasses.replace(live, networks=nics, definition=running)
        return dataclasses.replace(
            spec, running=live, fixed_vcpus=fixed_vcpus(root), pending=waiting(spec, live) or None
        )

    def _restore_cpu(self, domain: Any, root: Element) -> None:
        """The processor of a running machine as it was asked for: libvirt tells there what QEMU made of it."""
        cpu = root.find("cpu")
        if cpu is None or cpu.get("mode") != "custom":
            return
        flags = self._session.constant("VIR_DOMAIN_XML_SECURE") | self._session.constant(
            "VIR_DOMAIN_XML_MIGRATABLE"
        )
        text = self._session.find(lambda _c: domain.XMLDesc(flags), "read the vm")
        asked = xml.parse(text).find("cpu") if text else None
        if asked is not None:
            root[list(root).index(cpu)] = asked

    def _saved(self, domain: Any) -> str:
        """The machine as it was saved; none where this libvirt cannot tell."""
        secure = self._session.constant("VIR_DOMAIN_SAVE_IMAGE_XML_SECURE")
        try:
            text = self._session.find(lambda _c: domain.managedSaveGetXMLDesc(secure), "read the saved vm")
        except ApplyFailed:
            return ""
        return text or ""

    def _spec(self, name: str, root: Element) -> Vm:
        values = xml.read(TABLE, root)
        values["cpu_vendor"] = VENDOR.read(root)
        seed = SEED_PATH.read(root)
        # A disc that is ejected from a running guest was read, and is in the drive at the next start.
        seeded = root.get("id") is not None or any(disk.source == seed for disk in values["disks"])
        values["disks"] = tuple(
            self._sized(self._opened(disk)) for disk in values["disks"] if disk.source != seed or not seed
        )
        targets = (target.get("dev", "") for target in root.findall("./devices/disk/target"))
        values["seats"] = tuple({*targets} - {disk.target for disk in values["disks"]}) or None
        if seed is not None:
            noted = SEED_DIGESTS.read(root) if seeded and self._host.exists(seed) else {}
            answers = {ANSWER_FILE: noted.pop(ANSWER_FILE)} if ANSWER_FILE in noted else None
            values["unattend"] = Unattend(answers) if answers else None
            if noted or not answers:
                values["cloud_init"] = CloudInit(noted, SEED_INSTANCE.read(root))
        return Vm(name=name, **values)

    def _opened(self, disk: DiskAttachment) -> DiskAttachment:
        """With what libvirt opens it with."""
        encryption = disk.encryption
        if encryption is None or not encryption.secret:
            return disk
        passphrase = passphrase_of(self._session, encryption.secret)
        return dataclasses.replace(disk, encryption=dataclasses.replace(encryption, passphrase=passphrase))

    def _sized(self, disk: DiskAttachment) -> DiskAttachment:
        if disk.pool:
            return dataclasses.replace(disk, size=volume_size(self._session, disk))
        if not disk.source or disk.device == "cdrom" or not self._session.local:
            return disk
        return dataclasses.replace(disk, size=self._host.virtual_size(disk.source, disk.format))

    def _state(self, number: int) -> str:
        words = {self._session.constant(name): word for name, word in _ACTIVE.items()}
        return words.get(number, "running")

    def _with_addresses(self, found: dict[str, Vm]) -> dict[str, Vm]:
        used = {nic.network for vm in found.values() for nic in vm.networks or () if nic.network}
        networks = {name: self._network(name) for name in sorted(used)}
        return {name: _addressed(vm, networks) for name, vm in found.items()}

    def _network(self, name: str) -> _Network:
        def ask(connection: Any) -> tuple[str, Iterable[Any]]:
            network = connection.networkLookupByName(name)
            active = network.isActive()
            return network.XMLDesc(0 if active else inactive), network.DHCPLeases() if active else ()

        inactive = self._session.constant("VIR_NETWORK_XML_INACTIVE")
        answer = self._session.find(ask, f"read the network {name}")
        if answer is None:
            return _Network()
        reserved = {
            host.get("mac", "").lower(): host.get("ip", "")
            for host in ET.fromstring(answer[0]).findall("./ip/dhcp/host")
        }
        leased: dict[str, list[str]] = {}
        for lease in answer[1]:
            leased.setdefault((lease["mac"] or "").lower(), []).append(lease["ipaddr"])
        return _Network(reserved, leased)


def _addressed(vm: Vm, networks: dict[str, _Network]) -> Vm:
    """The vm with the addresses reserved for its interfaces and, while it runs, those that it was given."""

    def fixed(nic: Nic) -> Nic:
        ip = networks[nic.network].reserved.get(nic.mac or "") if nic.network else None
        return dataclasses.replace(nic, ip=ip) if ip else nic

    given = [
        address
        for nic in vm.networks or ()
        if nic.network and vm.state not in ("stopped", "saved")
        for address in networks[nic.network].leased.get(nic.mac or "", ())
    ]
    nics = tuple(fixed(nic) for nic in vm.networks or ())
    return dataclasses.replace(vm, networks=nics, addresses=tuple(dict.fromkeys(given)) or None)
