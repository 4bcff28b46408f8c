# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices of a vm that are neither disks nor interfaces: those of the host, shared folders, channels."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from .._core.errors import InvalidSpec
from .._core.field import Disruption, field


class Named(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Named)
_PCI = re.compile(r"(?:([0-9a-f]{4}):)?([0-9a-f]{2}):([01][0-9a-f])\.([0-7])")
_USB = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}|[0-9]{1,3}\.[0-9]{1,3}")
_MDEV = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclasses.dataclass(frozen=True)
class HostDevice:
    """A device of the host: ``pci`` 0000:03:00.0, ``usb`` 1d6b:0002 or 1.4 (bus and device), ``mdev`` by its UUID."""

    pci: str | None = None
    usb: str | None = None
    mdev: str | None = None
    managed: bool | None = field(Disruption.RESTART)

    @property
    def key(self) -> str:
        return self.pci or self.usb or self.mdev or ""


@dataclasses.dataclass(frozen=True)
class Filesystem:
    """A folder of the host that the guest mounts by the name ``target``; ``driver`` virtiofs or 9p.

    A system container has it at the path ``target``, and needs no driver.
    """

    target: str
    source: str | None = field(Disruption.RESTART)
    driver: str | None = field(Disruption.RESTART)
    accessmode: str | None = field(Disruption.RESTART)
    readonly: bool | None = field(Disruption.RESTART)

    @property
    def key(self) -> str:
        return self.target

    def completed(self) -> Filesystem:
        """With what shares it, for a new one of a vm that has a kernel of its own."""
        return dataclasses.replace(self, driver=self.driver or "virtiofs")


@dataclasses.dataclass(frozen=True)
class Channel:
    """A channel between host and guest besides the agent's: a socket of the host (``unix``), or ``spicevmc``."""

    name: str
    type: str | None = field(Disruption.RESTART)
    path: str | None = field(Disruption.RESTART)

    @property
    def key(self) -> str:
        return self.name


def host_devices_from_params(entries: Sequence[Mapping[str, Any]] | None) -> tuple[HostDevice, ...] | None:
    """The devices of the host. Raises ``InvalidSpec`` for one that is not named in one of the three ways."""
    return _listed("host_devices", entries, _host_device)


def filesystems_from_params(entries: Sequence[Mapping[str, Any]] | None) -> tuple[Filesystem, ...] | None:
    return _listed("filesystems", entries, _filesystem)


def channels_from_params(entries: Sequence[Mapping[str, Any]] | None) -> tuple[Channel, ...] | None:
    return _listed("channels", entries, _channel)


def _listed(
    option: str, entries: Sequence[Mapping[str, Any]] | None, make: Callable[[Mapping[str, Any]], T]
) -> tuple[T, ...] | None:
    if entries is None:
        return None
    items = tuple(make(entry) for entry in entries)
    keys = [item.key for item in items]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise InvalidSpec(f"{option}: {twice} is there twice", hint="Keep one of the two.")
    return items


def _host_device(entry: Mapping[str, Any]) -> HostDevice:
    named = {kind: str(entry[kind]).lower() for kind in ("pci", "usb", "mdev") if entry.get(kind)}
    if len(named) != 1:
        raise InvalidSpec("host_devices: a device has one of pci, usb and mdev")
    device = HostDevice(**named, managed=entry.get("managed"))
    if device.pci is not None:
        match = _PCI.fullmatch(device.pci)
        if match is None:
            raise InvalidSpec(f"host_devices: {device.pci!r} is no PCI address", hint="Such as 0000:03:00.0.")
        domain, bus, slot, function = match.groups()
        return dataclasses.replace(device, pci=f"{domain or '0000'}:{bus}:{slot}.{function}")
    if device.usb is not None and not _USB.fullmatch(device.usb):
        raise InvalidSpec(
            f"host_devices: {device.usb!r} is no USB device",
            hint="Such as 1d6b:0002, or 1.4 for bus and device.",
        )
    if device.usb is not None and "." in device.usb:
        # As libvirt tells it, where lsusb has leading zeros.
        bus, number = device.usb.split(".")
        return dataclasses.replace(device, usb=f"{int(bus)}.{int(number)}")
    if device.mdev is not None and not _MDEV.fullmatch(device.mdev):
        raise InvalidSpec(f"host_devices: {device.mdev!r} is not the UUID of a mediated device")
    return device


def _filesystem(entry: Mapping[str, Any]) -> Filesystem:
    if not str(entry["source"]).startswith("/"):
        raise InvalidSpec(f"filesystems[{entry['target']}]: source is a folder of the host, from the root")
    return Filesystem(**_written(entry))


def _channel(entry: Mapping[str, Any]) -> Channel:
    return Channel(**{"type": "unix", **_written(entry)})


def _written(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value is not None}
