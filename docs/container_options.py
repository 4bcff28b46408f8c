# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the table of which engine gives which option of a container: from the options, what is known, and the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.hybrid.host.plugins.module_utils._ansible.arguments.container import (
    CONTAINER_OPTIONS,
)
from ansible_collections.hybrid.host.plugins.module_utils._core.field import policies
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container
from ansible_collections.hybrid.host.plugins.module_utils._model.engine_support import (
    CONTROLLERS,
    SUPPORT,
    VERSION_1,
    Support,
    Version,
)

CASES = Path(__file__).resolve().parents[1] / "tests/integration/targets/container_options/defaults/main.yml"
HEAD = """\
# The options of a container, and the engines

<!-- Made by docs/generate.py from the options and the tests: change those, then run `make docs`. -->

What an engine does not give is refused by its name, before anything is touched. The versions are those of Docker's API
(20.10 speaks 1.41, 26.1 speaks 1.45) and of Podman. The cost is that of a change with Docker: `live` is done while the
container runs, `replace` makes it anew, and without one the option says how to go about it. With Podman everything is
`replace` but networks and, since 5.1, the restart policy and limits, where none is taken away and `cpuset_cpus` and
`cpuset_mems` are not its first. Without root it sets a limit where the control group that the table names is its
user's, which takes version 2 of control groups and their delegation.

The last column says where an option is tried alone, twice, changed, and twice again: on Docker 20.10 and 26.1, on
Podman 4.3 and 5.4, with an image that sets nothing and with one that sets what an image can.

| option | cost | Docker | Podman | tried |
| --- | --- | --- | --- | --- |
"""


def table() -> str:
    """The page."""
    costs = {
        name: policy.disruption.value for name, policy in policies(Container).items() if not policy.reported
    }
    engines = tried()
    return HEAD + "".join(
        f"| `{name}` | {costs.get(name, '')} | {_docker(_of(name))}{_groups(name)} |"
        f" {_podman(_of(name))}{_groups(name)}{_rootless(name)} |"
        f" {engines.get(name, '')} |\n"
        for name in options()
    )


def options() -> Iterator[str]:
    """Every option, and those within."""
    for name, option in CONTAINER_OPTIONS.items():
        yield name
        inner = f"{name}[]" if option["type"] == "list" else name
        yield from (f"{inner}.{part}" for part in option.get("options", ()))


def _of(name: str) -> Support:
    """What is known of an option; of one within, that of its own, else that of what it is in."""
    return SUPPORT.get(name) or SUPPORT[name.partition(".")[0].rstrip("[]")]


def _docker(support: Support) -> str:
    if support.until is not None:
        return f"until {_text(support.until)}"
    return f"since {_text(support.api)}" if support.api else "yes"


def _podman(support: Support) -> str:
    if support.never:
        return f"no: {support.why}"
    return f"since {_text(support.podman)}: until then {support.why}" if support.podman else "yes"


def _groups(name: str) -> str:
    return ", with version 1 of control groups" if name in VERSION_1 else ""


def _rootless(name: str) -> str:
    return f"; without root by `{CONTROLLERS[name]}`" if name in CONTROLLERS else ""


def _text(version: Version) -> str:
    return ".".join(map(str, version))


def tried() -> Mapping[str, str]:
    """The engines on which a container is asked with the option."""
    known: Mapping[str, Any] = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    engines: dict[str, list[str]] = {}
    for case in known["container_options_cases"]:
        on = [e for e in ("docker", "podman") if case not in known["container_options_refused"][e]]
        engines.setdefault(case.partition("/")[0], on)
    return {option: ", ".join(on) for option, on in engines.items()}
