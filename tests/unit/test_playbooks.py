# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tasks of the playbooks backup and restore promise by how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

TASKS = Path(__file__).parents[2] / "playbooks" / "tasks"


def tasks(listed: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All of them, in the order in which they run."""
    for task in listed:
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks(task.get(part, []))


@pytest.mark.parametrize("path", sorted(TASKS.glob("*.yml")), ids=lambda path: path.name)
def test_no_result_shows_a_whole_vm_or_disk(path: Path) -> None:
    """Their passwords and passphrases would be shown: a label hides an item only from the line of one that is well."""
    whole = re.compile(r"\b(backup_stack\.|stack_(vms|disks|volumes|containers)\b)")
    for task in tasks(yaml.safe_load(path.read_text())):
        if whole.search(str(task.get("loop", ""))):
            assert "map(attribute=" in task["loop"], task["name"]
        if "ansible.builtin.set_fact" in task and whole.search(str(task)):
            assert task.get("no_log"), task["name"]


def test_a_volume_that_cannot_be_copied_is_refused_before_a_container_is_held() -> None:
    names = [task["name"] for task in tasks(yaml.safe_load((TASKS / "backup_volumes.yml").read_text()))]
    steps = [
        "Look for copies that are there",
        "Ask where the volumes are",
        "Refuse what is there only while a container uses it",
        "Ask which of these are gone as they stop",
        "Hold the containers",
        "Copy the volumes",
        "Let the containers go on",
    ]
    assert [name for name in names if name in steps] == steps


def test_older_backups_go_when_the_new_one_is_whole() -> None:
    names = [task["name"] for task in tasks(yaml.safe_load((TASKS / "backup.yml").read_text()))]
    steps = [
        "Back up the vms",
        "Back up the volumes",
        "Write the document, which makes the backup whole",
        "Remove those of the vms that are too many",
        "Remove those that are too many, and their volumes",
    ]
    assert [name for name in names if name in steps] == steps


def test_only_what_is_missing_holds_a_container() -> None:
    loops = {
        task["name"]: task["loop"]
        for task in tasks(yaml.safe_load((TASKS / "backup_volumes.yml").read_text()))
        if "loop" in task
    }
    assert (
        loops["Ask which containers use them"] == loops["Ask where the volumes are"] == "{{ backup_missing }}"
    )


def test_documents_are_looked_for_by_a_name_that_only_backups_have() -> None:
    found = [
        task["ansible.builtin.find"]["patterns"]
        for task in tasks(yaml.safe_load((TASKS / "backup.yml").read_text()))
        if "ansible.builtin.find" in task
    ]
    assert found == ["{{ stack_name }}+*.yml"]


def test_every_command_of_an_engine_is_told_which_one() -> None:
    for path in (TASKS / "backup_volumes.yml", TASKS / "restore_volumes.yml"):
        for task in tasks(yaml.safe_load(path.read_text())):
            argv = task.get("ansible.builtin.command", {}).get("argv", [])
            assert str(argv).startswith("{{ engines_command") or argv[:1] in ([], ["tar"], ["sync"], ["mv"])


def test_volumes_are_made_by_the_module_which_no_extra_variable_reaches() -> None:
    listed = list(tasks(yaml.safe_load((TASKS / "restore_volumes.yml").read_text())))
    made = next(task for task in listed if task["name"] == "Make the volumes")
    assert "volumes" in made["hybrid.host.stack"]
    assert "containers" not in made["hybrid.host.stack"]
    assert not any("ansible.builtin.include_role" in task for task in listed)


def test_check_mode_asks_the_engine_and_tells_what_holds_and_copies() -> None:
    listed = list(tasks(yaml.safe_load((TASKS / "backup_volumes.yml").read_text())))
    for task in listed:
        command = task.get("ansible.builtin.command", {})
        if task["name"].startswith("Ask "):
            assert task["check_mode"] is False, task["name"]
        elif command and task["name"] != "Have the copies on the disk":
            assert command.keys() & {"creates", "removes"}, task["name"]
