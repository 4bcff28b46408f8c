# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nouns as tests meet them: options become specs, and drivers without an engine plan with them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.hybrid.host.plugins.module_utils._ansible.arguments.stack import STACK_OPTIONS
from ansible_collections.hybrid.host.plugins.module_utils._container.container import ContainerDriver
from ansible_collections.hybrid.host.plugins.module_utils._container.engine import Engine
from ansible_collections.hybrid.host.plugins.module_utils._container.image import ImageDriver
from ansible_collections.hybrid.host.plugins.module_utils._container.network import ContainerNetworkDriver
from ansible_collections.hybrid.host.plugins.module_utils._container.volume import VolumeDriver
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Change
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Driver
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import Refused
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.network import NetworkDriver
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.pool import PoolDriver
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm import VmDriver
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.disk import Disk
from ansible_collections.hybrid.host.plugins.module_utils._model.disk_jobs import DiskUser
from ansible_collections.hybrid.host.plugins.module_utils._model.image import Image
from ansible_collections.hybrid.host.plugins.module_utils._model.network import Network
from ansible_collections.hybrid.host.plugins.module_utils._model.pool import Pool
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._model.volume import Volume
from ansible_collections.hybrid.host.plugins.module_utils._system import links, pool_host, start_order
from ansible_collections.hybrid.host.plugins.module_utils._system.disk import DiskDriver
from ansible_collections.hybrid.host.plugins.module_utils._system.image_host import LocalImageHost
from ansible_collections.hybrid.host.plugins.module_utils._system.table_driver import (
    PolicyDriver,
    VmPortsDriver,
)
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost

NOWHERE = "/nonexistent"


class Files(LocalVmHost):
    """A host that has every file but seeds whose path does not say ``missing``; images are in those that say ``image``.

    On those that say ``below`` another rests.
    """

    def exists(self, path: str) -> bool:
        return "missing" not in path and not path.endswith("-seed.img")

    def is_qcow2(self, path: str) -> bool:
        return "image" in path

    def resting_on(self, path: str) -> Sequence[str]:
        return [f"{path}.before"] if "below" in path else []

    def is_encrypted(self, path: str) -> bool:
        return "secret" in path

    def check_passphrase(self, path: str, passphrase: str) -> None:
        if passphrase == "wrong":
            raise Refused(f"{path} does not open with the passphrase that is given")


class Noun(NamedTuple):
    """How a noun's options become a spec, and who plans. No driver here has an engine to ask."""

    spec: Any
    driver: Driver
    option: str

    @property
    def options(self) -> dict[str, Any]:
        """Of an item of a stack's list: those of the module, and what only a stack has."""
        options: dict[str, Any] = STACK_OPTIONS[self.option]["options"]
        return options

    @property
    def words(self) -> set[str]:
        """All names that an option goes by."""
        return {*self.options, *(alias for o in self.options.values() for alias in o.get("aliases", ()))}


SESSION = Session(f"test://{NOWHERE}")
ENGINE = Engine({"engine": "docker", "docker_host": f"unix://{NOWHERE}"})
HOST = Files()
NOUNS = {
    "network": Noun(Network, NetworkDriver(SESSION, links), "networks"),
    "pool": Noun(Pool, PoolDriver(SESSION, pool_host), "pools"),
    "disk": Noun(Disk, DiskDriver(), "disks"),
    "image": Noun(Image, ImageDriver(ENGINE, LocalImageHost()), "images"),
    "volume": Noun(Volume, VolumeDriver(ENGINE), "volumes"),
    "container": Noun(Container, ContainerDriver(ENGINE, HOST.answers), "containers"),
    "vm": Noun(Vm, VmDriver(SESSION, HOST), "vms"),
}

DRIVERS: dict[str, Driver] = {
    **{kind: noun.driver for kind, noun in NOUNS.items()},
    "container_network": ContainerNetworkDriver(ENGINE, links, start_order),
    "policy": PolicyDriver({}),
    "vm_ports": VmPortsDriver({}),
}


def stack_params(**params: Any) -> dict[str, Any]:
    """The parameters of module ``stack`` as Ansible hands them over, of what a user writes."""
    looked_at = ArgumentSpecValidator(STACK_OPTIONS).validate(
        json.loads(json.dumps({"name": "shop", **params}))
    )
    assert not looked_at.error_messages, looked_at.error_messages
    validated: dict[str, Any] = looked_at.validated_parameters
    return validated


def spec_of(noun: Noun, written: Mapping[str, Any]) -> Any:
    """The spec of options, which pass Ansible's own look at them, and of fields that are no options."""
    state = written.get("state")
    options = {name: value for name, value in written.items() if name in noun.words and name != "state"}
    looked_at = ArgumentSpecValidator(noun.options).validate(json.loads(json.dumps(options)))
    assert not looked_at.error_messages, looked_at.error_messages
    params = {**looked_at.validated_parameters, **({"state": state} if state else {})}
    fields = {name: tied(value) for name, value in written.items() if name not in {*noun.words, "state"}}
    if noun.spec is Disk and "users" in fields:
        fields["users"] = tuple(DiskUser(**user) for user in fields["users"])
    return dataclasses.replace(noun.spec.from_params(params), **fields)


def tied(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def line(change: Change) -> str:
    return f"{change.action}: {', '.join(change.fields)}".rstrip()
