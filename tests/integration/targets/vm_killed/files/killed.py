# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""killed.py: kills a run that changes a vm after each of its steps, and sees that the next run completes it.

The folder of PYTHONPATH holds the collection's code, as ansible_collections/..., and the disks. Every run is a process
of its own, with libvirt's real library and daemon.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.host.plugins.module_utils._core.converge import Run, converge
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._core.order import Target
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.network import NetworkDriver
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.session import Session
from ansible_collections.hybrid.host.plugins.module_utils._libvirt.vm import VmDriver
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm
from ansible_collections.hybrid.host.plugins.module_utils._system import links
from ansible_collections.hybrid.host.plugins.module_utils._system.vm_host import LocalVmHost
from killing import Death, Ended, deaths, run

FOLDER = Path(os.environ["PYTHONPATH"])
_ONE, _TWO, _DISC = (str(FOLDER / name) for name in ("one.qcow2", "two.qcow2", "disc.iso"))
_NIC = {"network": "hk-net", "ip": "10.73.0.20"}
_GONE = {
    "name": "hk-vm",
    "state": "absent",
    "force_stop": True,
    "shutdown_timeout": 0,
    "delete_disks": "owned",
}
_PLAIN = {
    "name": "hk-vm",
    "memory": "32M",
    "state": "stopped",
    "disks": [{"source": _ONE}],
    "shutdown_timeout": 0,
    "force_stop": True,
}
_FULL = {
    **_PLAIN,
    "state": "running",
    "title": "<all>",
    "firmware": "efi",
    "autostart": True,
    "disks": [{"source": _ONE, "size": "16M"}, {"source": _TWO}],
    "networks": [_NIC],
    "cloud_init": {"runcmd": [["true"]]},
}
# A machine that runs, and that nothing but its memory is in.
_BARE = {**_PLAIN, "state": "running", "max_memory": "64M"}
# From what to what. Each step on the way is one at which a run is killed.
WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "create": (_GONE, _FULL),
    "update": (_PLAIN, {**_FULL, "firmware": "bios", "state": "stopped"}),
    "update of a vm that runs": (
        {**_FULL, "firmware": "bios", "disks": [{"source": _ONE}], "networks": []},
        {
            **_FULL,
            "firmware": "bios",
            "title": "other",
            "vcpus": 2,
            "cloud_init": {"runcmd": [["false"]]},
            "networks": [_NIC, {"network": "hk-net", "mac": "52:54:00:6b:00:02"}],
        },
    ),
    "another disk, memory and medium of a vm that runs": (
        {**_BARE, "disks": [{"source": _ONE}, {"device": "cdrom"}]},
        {
            **_BARE,
            "memory": "48M",
            "disks": [
                {"source": _ONE},
                {"source": _TWO, "size": "16M"},
                {"device": "cdrom", "source": _DISC},
            ],
        },
    ),
    "an interface goes": ({**_PLAIN, "networks": [_NIC]}, {**_PLAIN, "networks": []}),
    "restart": (_BARE, {**_BARE, "vcpus": 2}),
    "save": (_BARE, {**_BARE, "state": "saved"}),
    "replace": (
        {**_FULL, "xml_patch": [{"path": "./devices/sound/@model", "value": "ich9"}]},
        {**_FULL, "uuid": "6d4e1c5c-0c0f-4c0e-9a51-6b0000000001", "firmware": "bios"},
    ),
    "delete": (_FULL, _GONE),
}
# What comes before what, so that the next run sees what is left to do.
_ORDER = ("do change the memory", "do define the vm")


def main() -> int:
    failed = [f"{way}: {what}" for way in WAYS for what in _walked(way)]
    print("\n".join(failed))
    return 1 if failed else 0


def _walked(way: str) -> list[str]:
    """What went wrong on one of the ways."""
    wrong: list[str] = []
    steps: list[str] = []
    for behind in deaths(way, lambda step: _killed(way, step)):
        steps.append(behind)
        completing, again = _run(WAYS[way][1]), _run(WAYS[way][1])
        if completing.returncode or again.returncode:
            wrong.append(f"killed behind {behind!r}, not repaired: {completing.stderr} {again.stderr}")
        elif json.loads(again.stdout):
            wrong.append(f"killed behind {behind!r}, never done: {again.stdout}")
        wrong += [f"killed behind {behind!r}, left {left}" for left in _left(way)]
    if [what for what in steps if what in _ORDER][:2] == [*reversed(_ORDER)]:
        wrong.append(f"does what the next run could not see behind {steps}")
    return wrong


def _killed(way: str, step: int) -> Ended:
    """A run from one end of the way to the other; at first there is nothing but two disks, our own, and a disc."""
    before, after = WAYS[way]
    _run(_GONE)
    for disk in (_ONE, _TWO):
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", disk, "8M"], check=True)
        os.setxattr(disk, "user.hybrid.host.stack", b"hk")
    Path(_DISC).write_bytes(bytes(65536))
    _run(before)
    return _run(after, step)


def _run(params: dict[str, Any], step: int = 0) -> Ended:
    return run(lambda: one(params, step), FOLDER / "said")


def _left(way: str) -> list[str]:
    """What is not as it should be at the end of a way, as other eyes than the collection's see it."""
    network = subprocess.run(
        ["virsh", "net-dumpxml", "hk-net"], check=True, capture_output=True, text=True
    ).stdout
    seed = Path("/var/lib/libvirt/images/hk-vm-seed.img")
    state, definition = (
        subprocess.run(["virsh", verb, "hk-vm"], check=False, capture_output=True, text=True).stdout.strip()
        for verb in ("domstate", "dumpxml")
    )
    asked = WAYS[way][1]
    wanted = {"absent": "", "running": "running"}.get(asked["state"], "shut off")
    gone = way == "delete"
    checks = {
        f"the vm {state!r}": state != wanted,
        "the reservation": ("10.73.0.20" in network) != bool(asked.get("networks")),
        "the seed": seed.exists() != ("cloud_init" in asked),
        "the disk": Path(_ONE).exists() == gone,
        "the variables of EFI": (gone or way == "replace")
        and any(Path("/var/lib/libvirt/qemu/nvram").glob("hk-vm*")),
        "nothing of what nobody asks about": way == "replace" and "ich9" not in definition,
        "a second definition": bool(_names() - {"hk-vm"}),
    }
    return [what for what, wrong in checks.items() if wrong]


def _names() -> set[str]:
    listed = subprocess.run(["virsh", "list", "--all", "--name"], check=True, capture_output=True, text=True)
    return {name for name in listed.stdout.split() if name.startswith("hk-vm")}


def one(params: dict[str, Any], step: int) -> int:
    """One run; killed behind the given step, 0 for never. Prints its actions."""
    session, host = Session("qemu:///system"), LocalVmHost()
    driver = VmDriver(session, host)
    death = Death(step)
    death.in_libvirt(session, driver)
    death.behind(host, "build_seed", "remove", "grow")
    target = Target(driver, Vm.from_params(params), Disruption.REPLACE)
    outcome = converge([target], Run(drivers=[NetworkDriver(session, links)], workers=1))
    for error in outcome.errors:
        raise error
    print(json.dumps([change["action"] for change in outcome.result()["actions"]]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
