# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applies one planned change to one domain, with the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .._core.change import Change
from .._core.field import Disruption
from .._core.undo import Undo
from .._model.disk import Disk
from .._model.disk_attachment import DiskAttachment
from .._model.new_vm import completed
from .._model.vm import Vm
from .._model.vm_cost import aligned, differences
from .._model.vm_host import VmHost
from . import xml
from .disk_key import forget_keys, give_keys, key_of
from .session import LibvirtFailed, Session
from .vm_definition import for_another_machine, new_definition, write_changes
from .vm_disks import DISKS
from .vm_live import Live
from .vm_nics import NICS
from .vm_power import Power, unsaid
from .vm_reading import VmReader
from .vm_removal import Removal, taken_back
from .vm_renaming import Renaming
from .vm_reservation import Reservations
from .vm_seed import build_seed, seed_documents, seed_path
from .vm_tables import SEED_PATH
from .volumes import grow_volume, volume_size
from .xml import Element, Text

# Where libvirt keeps those of a definition that does not say so.
VARIABLES = "/var/lib/libvirt/qemu/nvram"
# What QEMU says to its end, before libvirt notes that.
LOGS, _LAST = "/var/log/libvirt/qemu", 4


class VmChange:
    """One change of one domain; ``notes`` are what the user should know of it afterwards."""

    def __init__(self, session: Session, host: VmHost, change: Change, undo: Undo) -> None:
        self._session = session
        self._host = host
        self._change = change
        self._undo = undo
        self._asked: Vm = change.asked
        self._name = change.address.name
        self._power = Power(session, self._name)
        self.notes: list[str] = []

    def apply(self) -> None:
        """Raises ``HostError`` where libvirt or the guest refuses."""
        actions: Mapping[str, Callable[[], None]] = {
            "create": self._create,
            "update": self._update,
            "replace": self._replace,
            "delete": lambda: Removal(self._session, self._host, self._name).apply(self._change),
            "start": self._start,
            "stop": self._stop,
            "restart": self._restart,
            "reset": self._reset,
            "save": self._power.save,
            "pause": self._power.pause,
            "resume": self._power.resume,
        }
        actions[self._change.action]()

    def _start(self) -> None:
        try:
            self._power.start(paused=self._asked.state == "paused")
        except LibvirtFailed as error:
            error.cause += unsaid(error.cause, self._host.last_lines(f"{LOGS}/{self._name}.log", _LAST))
            raise

    def _stop(self) -> None:
        self._power.wake()
        self._power.stop(self._asked)

    def _restart(self) -> None:
        """A machine that does not start with what was written before is started as it ran."""
        self._power.wake()
        ran = self._read("VIR_DOMAIN_XML_MIGRATABLE")
        self._power.stop(self._asked)
        self._undo.push("start it as it ran", lambda: self._restore(ran, active=True))
        self._start()
        forget_keys(self._session, self._change.found, self._undo)

    def _reset(self) -> None:
        self._power.wake()
        self._power.reset()

    def _create(self) -> None:
        if Renaming(self._session, self._host, self._name).complete():
            self._complete()
            return
        spec = completed(self._asked, self._host)
        root = new_definition(spec, log_console=self._session.uri == "qemu:///system")
        documents = spec.seed
        if documents is not None:
            build_seed(self._host, seed_path(self._name), documents, self._undo)
        give_keys(self._session, root, self._asked.disks or (), self._undo)
        self._grow(root, ())
        self._define(root)
        self._undo.push("remove the new vm", lambda: taken_back(self._session, self._host, self._name))
        self._set_autostart()
        self._reserve(root)

    def _complete(self) -> None:
        """The vm of a run that was killed while it gave it another UUID: what is asked is written into it."""
        found = VmReader(self._session, self._host).read([self._name], None)[self._name]
        asked, found = aligned(self._asked, found)
        update = Change(
            "update", self._change.address, Disruption.NONE, differences(asked, found), asked, found
        )
        VmChange(self._session, self._host, update, self._undo).apply()

    def _update(self) -> None:
        before = self._read("VIR_DOMAIN_XML_INACTIVE")
        root = xml.parse(before)
        write_changes(root, self._asked, self._change.differences, self._host)
        active = self._power.active()
        self._undo.push("put the previous definition back", lambda: self._restore(before, active=active))
        stale = self._rebuild_seed(root)
        give_keys(self._session, root, self._asked.disks or (), self._undo)
        live = Live(self._session, root, self._change)
        self.notes = live.notes
        if active:
            live.apply_unseen(self._undo)
        self._end_reservations(root)
        self._define(root)
        if stale and not active and self._change.found.state != "saved":
            self._host.remove(stale)
        if self._change.touches("autostart"):
            self._set_autostart()
        self._reserve(root)
        self._grow(root, self._change.found.running.disks or () if self._change.found.running else ())
        if active:
            live.apply(self._undo)
        forget_keys(self._session, self._change.found, self._undo)

    def _grow(self, root: Element, besides: Sequence[DiskAttachment]) -> None:
        """Disks that are too small, but for those that a machine has."""
        in_use = {disk.medium for disk in besides}
        wanted = {disk.medium: disk.size for disk in self._asked.disks or () if disk.size}
        for disk in DISKS.read(root):
            size = None if disk.medium in in_use else wanted.get(disk.medium)
            if size and disk.pool:
                if (volume_size(self._session, disk) or size) < size:
                    grow_volume(self._session, disk, size)
            elif size and (self._host.virtual_size(disk.medium, disk.format) or size) < size:
                key = key_of(self._session, disk)
                self._host.grow(Disk(disk.medium, size=size, format=disk.format, encryption=key))

    def _replace(self) -> None:
        """Another machine with the same name, addresses and disks."""
        before = self._read("VIR_DOMAIN_XML_INACTIVE")
        self._power.wake()
        active = self._power.active()
        self._power.stop(self._asked)
        root = xml.parse(before)
        write_changes(root, self._asked, self._change.differences, self._host)
        if self._change.touches("arch", "machine"):
            for_another_machine(root)
        self._undo.push("put the previous definition back", lambda: self._restore(before, active=active))
        stale = self._rebuild_seed(root)
        if self._change.touches("arch", "firmware", "secure_boot"):
            self._forget_variables(xml.parse(before))
        self._end_reservations(root)
        if self._change.touches("uuid"):
            Renaming(self._session, self._host, self._name).exchange(root)
        give_keys(self._session, root, self._asked.disks or (), self._undo)
        self._define(root)
        self._grow(root, ())
        if stale:
            self._host.remove(stale)
        self._set_autostart()
        self._reserve(root)
        if self._asked.state in ("running", "paused") or (active and self._asked.state == "present"):
            self._start()
        forget_keys(self._session, self._change.found, self._undo)

    def _forget_variables(self, root: Element) -> None:
        """Another firmware begins with its own: with the former's it would not even look at signatures."""
        path = Text("./os/nvram").read(root) or f"{VARIABLES}/{self._name}_VARS.fd"
        contents = self._host.contents(path)
        if contents is not None:
            self._undo.push("put the variables of its EFI back", lambda: self._host.write(path, contents))
            self._host.remove(path)

    def _read(self, way: str) -> str:
        """Its XML, with what libvirt would otherwise hide: it is to be written back whole."""
        flags = self._session.constant(way) | self._session.constant("VIR_DOMAIN_XML_SECURE")
        return str(self._session.do("read the vm", lambda c: c.lookupByName(self._name).XMLDesc(flags)))

    def _define(self, root: Element) -> None:
        """Has patches looked at by libvirt's schema: it would drop what it does not know without a word."""
        text = xml.render(root)
        flags = self._session.constant("VIR_DOMAIN_DEFINE_VALIDATE") if self._asked.xml_patch else 0
        self._session.do("define the vm", lambda c: c.defineXMLFlags(text, flags))

    def _restore(self, before: str, *, active: bool) -> None:
        if self._change.touches("uuid"):
            Renaming(self._session, self._host, self._name).exchange(xml.parse(before))
        self._session.do("define the vm", lambda c: c.defineXML(before))
        self._set_autostart(as_found=True)
        if active:
            self._power.start()

    def _set_autostart(self, *, as_found: bool = False) -> None:
        """libvirt forgets it as it forgets a vm, be it for a moment."""
        found = self._change.found.autostart if self._change.found is not None else False
        asked = found if as_found or self._asked.autostart is None else self._asked.autostart
        wanted = 1 if asked else 0
        self._session.do("set autostart", lambda c: c.lookupByName(self._name).setAutostart(wanted))

    def _rebuild_seed(self, root: Element) -> str | None:
        """The path of one that holds nothing any more, and can go where no machine has it."""
        path = SEED_PATH.read(root)
        if not path or not self._change.touches("cloud_init", "unattend"):
            return None
        documents = seed_documents(root, self._asked, self._host)
        build_seed(self._host, path, documents, self._undo)
        return None if documents else path

    def _reserve(self, root: Element) -> None:
        """The addresses that are asked for, for the MACs that the interfaces have."""
        macs = {key: nic.mac for key, (_e, nic) in NICS.elements(root, self._asked.networks or ()).items()}
        for nic in self._asked.networks or ():
            mac = macs.get(nic.key)
            if nic.ip and nic.network and mac:
                self._reserve_one(Reservations(self._session, nic.network), mac, nic.ip)

    def _end_reservations(self, root: Element) -> None:
        """Those of interfaces that go. They come before the definition: the next run would not know of them."""
        stay = {(nic.network, nic.mac) for nic in NICS.read(root)}
        for nic in self._change.found.networks or ():
            if nic.network and nic.ip and nic.mac and (nic.network, nic.mac) not in stay:
                self._end_reservation(Reservations(self._session, nic.network), nic.mac, nic.ip)

    def _end_reservation(self, reservations: Reservations, mac: str, ip: str) -> None:
        if reservations.take(mac, self._name):
            self._undo.push("reserve its address again", lambda: reservations.give(mac, ip, self._name))

    def _reserve_one(self, reservations: Reservations, mac: str, ip: str) -> None:
        if reservations.give(mac, ip, self._name):
            self._undo.push("end the reservation", lambda: reservations.take(mac, self._name))
