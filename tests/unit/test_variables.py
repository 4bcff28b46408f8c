# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What playbooks and roles make of variables: by Ansible's own templates, without a host."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

ROOT = Path(__file__).resolve().parents[2]
NOTHING: dict[str, Any] = {"networks": [], "volumes": [], "images": [], "containers": [], "vms": []}
SITES: list[tuple[dict[str, Any], dict[str, Any], tuple[bool, bool, str]]] = [
    ({}, {}, (False, False, "docker")),
    ({"stack_vms": [{"name": "erp"}], "stack_engine": "podman"}, {}, (True, False, "podman")),
    ({"stack_pools": [{"name": "fast"}], "stack_engine": "auto"}, {}, (True, False, "docker")),
    (
        {"stack_disks": [{"path": "a", "backing_file": "{{ golden_image_path }}"}]},
        {},
        (True, False, "docker"),
    ),
    ({"stack_volumes": [{"name": "data"}]}, {}, (False, True, "docker")),
    ({"stack_networks": [{"name": "lan"}]}, {}, (False, False, "docker")),
    ({"stack_networks": [{"name": "lan", "attach": ["vms"]}]}, {}, (True, False, "docker")),
    ({"stack_engine": "podman"}, {"containers": [{"name": "web"}]}, (False, True, "podman")),
    ({"container_engine_engine": "podman"}, {"vms": [{"name": "erp"}]}, (True, False, "podman")),
    ({"site_golden_image": True, "stack_vms": [{"name": "erp"}]}, {}, (True, True, "docker")),
    ({"site_golden_image": True, "golden_image_container": False}, {}, (False, False, "docker")),
]
LINES = 'a = 1\nacl = [\n  "/dev/null", "/dev/full]",  # ]\n# "/dev/zero",\n]  # end\n#acl = [\n#  "x",\n#]\n'


def _templated(text: str, variables: dict[str, Any]) -> Any:
    trusted = {name: _trusted(value) for name, value in variables.items()}
    return Templar(loader=DataLoader(), variables=trusted).template(trust_as_template(text))


def _trusted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _trusted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_trusted(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) else value


def _task(path: str, name: str) -> dict[str, Any]:
    tasks = _yaml(path)
    return dict(next(task for task in tasks[0].get("tasks", tasks) if name in task))


def _yaml(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("document", "compose", "expected"), SITES)
def test_site(document: dict[str, Any], compose: dict[str, Any], expected: tuple[bool, bool, str]) -> None:
    task = _task("playbooks/site.yml", "ansible.builtin.set_fact")
    variables = {**task["vars"], **document, "site_compose": {**NOTHING, **compose}}
    facts = task["ansible.builtin.set_fact"]
    assert tuple(_templated(text, variables) for text in facts.values()) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LINES, 'a = 1\nacl = [ ]  # end\n#acl = [\n#  "x",\n#]\n'),
        ('acl = ["a",\n"b"]\nb = 1\n', "acl = [ ]\nb = 1\n"),
        ('acl = [ "a" ]\nb = [\n "x"\n]\n', 'acl = [ "a" ]\nb = [\n "x"\n]\n'),
        ('#acl = [\n# "x",\n#]\n', '#acl = [\n# "x",\n#]\n'),
    ],
)
def test_lists_of_qemu(before: str, after: str) -> None:
    """As Ansible's module replaces."""
    words = _task("roles/kvm/tasks/configure.yml", "ansible.builtin.replace")["ansible.builtin.replace"]
    variables = {"kvm_setting": {"key": "acl", "value": ["x"]}}
    pattern, text = (_templated(words[key], variables) for key in ("regexp", "replace"))
    assert re.sub(re.compile(pattern, re.MULTILINE), text, before) == after


@pytest.mark.parametrize(
    ("family", "distribution", "daemon", "expected"),
    [
        ("debian", "Debian", None, {"docker-cli", "docker.io"}),
        ("debian", "Debian", "/usr/sbin/dockerd", {"docker-cli", "docker.io"}),
        ("debian", "Debian", "/usr/bin/dockerd", set()),
        ("redhat", "Fedora", None, {"docker-cli", "moby-engine"}),
        ("redhat", "Fedora", "/usr/bin/dockerd", set()),
    ],
)
def test_a_docker_from_elsewhere(
    family: str, distribution: str, daemon: str | None, expected: set[str]
) -> None:
    role = "roles/container_engine"
    facts = {"distribution": distribution, "distribution_major_version": "13"}
    variables = {
        **_yaml(f"{role}/defaults/main.yml"),
        **_yaml(f"{role}/vars/main.yml"),
        **_yaml(f"{role}/vars/{family}.yml"),
        "ansible_facts": facts,
        "container_engine_daemons": {"files": [{"path": daemon}] if daemon else []},
    }
    chosen = set(_templated("{{ container_engine_chosen }}", variables))
    assert {name for name in chosen if "docker" in name or "moby" in name} == {*expected, "python3-docker"}
