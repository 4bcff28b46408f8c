# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""killed.py: kills a run that changes a vm after each of its steps, and sees that the next run completes it.

The folder of PYTHONPATH holds the collection's code, as ansible_collections/..., and the disks. Every run is a process
of its own, with libvirt's real library and daemon; that of a kill is ended by SIGKILL right behind the step.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
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

FOLDER = Path(os.environ["PYTHONPATH"])
MOST_STEPS = 60
_LOOKS = ("read", "look", "list", "ask")
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
_ORDER = ("change the memory", "define the vm")


def main() -> int:
    failed = [f"{way}: {what}" for way in WAYS for what in _walked(way)]
    print("\n".join(failed))
    return 1 if failed else 0


def _walked(way: str) -> list[str]:
    """What went wrong on one of the ways."""
    wrong: list[str] = []
    steps: list[str] = []
    for step in range(1, MOST_STEPS):
        _lay_out()
        _run(way, "before")
        killed = _run(way, "after", step)
        if killed.returncode == 0:
            print(f"{way}: {step - 1} steps")
            if [what for what in steps if what in _ORDER][:2] == [*reversed(_ORDER)]:
                wrong.append(f"does what the next run could not see behind {steps}")
            return [*wrong, "has no steps at all"] if step == 1 else wrong
        if killed.returncode != -signal.SIGKILL:
            return [*wrong, f"the run to be killed failed by itself: {killed.stderr}"]
        behind = killed.stdout.strip()
        steps.append(behind)
        completing, again = _run(way, "after"), _run(way, "after")
        if completing.returncode or again.returncode:
            wrong.append(f"killed behind {behind!r}, not repaired: {completing.stderr} {again.stderr}")
        elif json.loads(again.stdout):
            wrong.append(f"killed behind {behind!r}, never done: {again.stdout}")
        wrong += [f"killed behind {behind!r}, left {left}" for left in _left(way)]
    return [*wrong, "never ends"]


def _lay_out() -> None:
    """Nothing but two disks, which the collection made, and a disc."""
    subprocess.run([sys.executable, __file__, "create", "before", "0"], check=True, capture_output=True)
    for disk in (_ONE, _TWO):
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", disk, "8M"], check=True)
        os.setxattr(disk, "user.hybrid.host.stack", b"hk")
    Path(_DISC).write_bytes(bytes(65536))


def _run(way: str, end: str, step: int = 0) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, __file__, way, end, str(step)]
    return subprocess.run(argv, check=False, capture_output=True, text=True)


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


def one(way: str, end: str, step: int) -> int:
    """One run; killed behind the given step, 0 for never. Prints its actions, or the step behind which it dies."""
    session, host = Session("qemu:///system"), LocalVmHost()
    driver = VmDriver(session, host)
    if step:
        _kill_at(step, session, host, driver)
    params = WAYS[way][end == "after"]
    target = Target(driver, Vm.from_params(params), Disruption.REPLACE)
    outcome = converge([target], Run(drivers=[NetworkDriver(session, links)], workers=1))
    for error in outcome.errors:
        raise error
    print(json.dumps([change["action"] for change in outcome.result()["actions"]]))
    return 0


def _kill_at(step: int, session: Session, host: LocalVmHost, driver: VmDriver) -> None:
    left = step
    applying = False

    def behind(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            result = function(*args, **kwargs)
            what = name or str(args[0])
            if applying and not what.startswith(_LOOKS):
                left -= 1
                if not left:
                    print(what, flush=True)
                    os.kill(os.getpid(), signal.SIGKILL)
            return result

        return called

    def apply(*args: Any) -> None:
        nonlocal applying
        applying = True
        plainly(*args)

    plainly = driver.apply
    vars(session)["do"] = behind(session.do, "")
    vars(driver)["apply"] = apply
    for name in ("build_seed", "remove", "grow"):
        vars(host)[name] = behind(getattr(host, name), name)


if __name__ == "__main__":
    sys.exit(one(sys.argv[1], sys.argv[2], int(sys.argv[3])) if sys.argv[1:] else main())
