# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the table of what a change of each option costs a running vm: from the field policies, and from the tests."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.hybrid.host.plugins.module_utils._core.field import policies
from ansible_collections.hybrid.host.plugins.module_utils._model.vm import Vm

TARGETS = Path(__file__).resolve().parents[1] / "tests/integration/targets"
STEPS, WHOLE = TARGETS / "vm_live/defaults/main.yml", TARGETS / "vm/vars/main.yml"
BOX = TARGETS / "vm_lxc/defaults/main.yml"
# Where the cost depends on more than the field.
CONDITIONS = {
    "memory": "live within `max_memory`, else restart",
    "vcpus": "live within `max_vcpus`, fewer only with KVM; else restart",
    "graphics.password": "live from one password to another, else restart",
    "disks[]": "live for virtio, scsi and usb, else restart",
    "disks[].source": "live for a CD-ROM, else restart",
    "disks[].pool": "live for a CD-ROM, else restart",
    "disks[].volume": "live for a CD-ROM, else restart",
    "boot.order": "none: it is for the next start",
}
INTERNAL = ("owner", "managed")
# What is compared is not what a user writes.
NAMES = {"cloud_init.digests": "cloud_init", "unattend.digests": "unattend"}
HEAD = """\
# What a change costs a running vm

<!-- Made by docs/generate.py from the field policies and the tests: change those, then run `make docs`. -->

Of a vm that does not run, every change costs nothing, but for those that make another machine of it (`replace`). What
costs `live` is done at once, what costs `restart` is written for the next start and reported in `restart_required`,
unless `allow_disruption: restart` lets the vm be restarted; `replace` needs `allow_disruption: replace`.

The last column says where it was seen, on Debian 12 and 13: **guest**, in a guest that runs, by its agent; **libvirt**,
in the machine that runs, as libvirt tells; **start**, when a vm is made with it and started; **schema**, in the
definition alone, which is valid by libvirt's schema and says what was asked.

| option | cost | seen |
| --- | --- | --- |
"""


def table() -> str:
    """The page."""
    seen = _seen()
    rows = [
        (path, CONDITIONS.get(path, cost), seen.get(path, "start" if _is_started(path) else "schema"))
        for path, cost in ((NAMES.get(path, path), cost) for path, cost in _fields(Vm, ""))
        if path not in INTERNAL
    ]
    return HEAD + "".join(f"| `{path}` | {cost} | {where} |\n" for path, cost, where in rows)


def _fields(spec: type, prefix: str) -> Iterator[tuple[str, str]]:
    """Each managed field with its cost, nested ones below their part."""
    hints = typing.get_type_hints(spec)
    for name, policy in policies(spec).items():
        if policy.reported:
            continue
        inner, many = _part(hints[name])
        path = f"{prefix}{name}{'[]' if many else ''}"
        if inner is None or many:
            yield path, policy.disruption.value
        if inner is not None:
            yield from _fields(inner, f"{path}.")


def _part(hint: Any) -> tuple[type | None, bool]:
    """The dataclass within a type, and whether there is a list of them."""
    for choice in typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,):
        many = typing.get_origin(choice) is tuple
        inner = typing.get_args(choice)[0] if many else choice
        if dataclasses.is_dataclass(inner) and isinstance(inner, type):
            return inner, many
    return None, False


def _seen() -> Mapping[str, str]:
    """Where the tests look for a field; the guest counts more than libvirt."""
    found: dict[str, str] = {}
    whole = _tests(WHOLE)
    looks = [look for step in _tests(STEPS)["vm_live_steps"] for look in step["seen"]]
    for look in (*looks, *whole["vm_whole_seen"], *whole["vm_whole_runs"]):
        for field in look["fields"]:
            if "guest" in look:
                found[field] = "guest"
            found.setdefault(field, "libvirt")
    return found


def _is_started(path: str) -> bool:
    """Whether the vm that is started with all that it can be says it, or the system container."""
    whole, steps = _tests(WHOLE), path.replace("[]", "").split(".")
    without = tuple(whole["vm_whole_unstarted"])
    specs = (whole["vm_whole"], _tests(BOX)["vm_lxc_box"])
    return not path.startswith(without) and any(_says(spec, steps) for spec in specs)


def _says(spec: Any, steps: Sequence[str]) -> bool:
    if isinstance(spec, list):
        return any(_says(item, steps) for item in spec)
    if not steps:
        return True
    return isinstance(spec, dict) and steps[0] in spec and _says(spec[steps[0]], steps[1:])


@functools.cache
def _tests(path: Path) -> Mapping[str, Any]:
    known: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return known
