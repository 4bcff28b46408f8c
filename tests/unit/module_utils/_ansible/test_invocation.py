# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a module was called is told without what a guest's documents and a container's variables hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._ansible.invocation import shown

SECRET = "hunter2"
DOCUMENTS: dict[str, Any] = {
    "hostname": "erp",
    "packages": ["nginx"],
    "users": [{"name": "root", "passwd": SECRET}],
    "write_files": [{"path": "/etc/token", "content": SECRET}],
    "runcmd": [["echo", SECRET]],
    "user_data": {"chpasswd": {"list": [SECRET]}},
    "vendor_data": SECRET,
    "meta_data": {"token": SECRET},
    "network": {"wifi": SECRET},
}


@pytest.mark.parametrize(
    "params",
    [
        {"name": "erp", "cloud_init": DOCUMENTS, "unattend": {"commands": [SECRET]}},
        {"name": "erp", "env": {"TOKEN": SECRET}, "files": [{"path": "nginx", "content": SECRET}]},
        {"name": "shop", "images": [{"name": "erp", "build": {"path": "nginx", "args": {"TOKEN": SECRET}}}]},
        {"name": "shop", "vms": [{"name": "erp", "cloud_init": DOCUMENTS}], "disks": None},
        {
            "name": "erp",
            "env": {"TOKEN": SECRET},
            "containers": [{"name": "app", "image": "nginx", "environment": {"TOKEN": SECRET}}],
            "images": [{"name": "app", "build": {"args": {"TOKEN": SECRET}}}],
        },
    ],
)
def test_what_is_secret_is_masked_wherever_it_stands(params: dict[str, Any]) -> None:
    before = json.dumps(params)
    told = json.dumps(shown(params))
    assert SECRET not in told
    assert ("nginx" in told, "erp" in told, json.dumps(params)) == (True, True, before)


@pytest.mark.parametrize(
    "besides", [{}, {"memory": "many"}, {"cloud_init": {**DOCUMENTS, "instance_id": "other"}}]
)
def test_a_module_tells_none_of_it(tmp_path: Path, besides: dict[str, Any]) -> None:
    """Whether it succeeds, is refused what it asks, or is called wrongly."""
    arguments = {
        "name": "erp",
        "libvirt_uri": "test:///default",
        "cloud_init": DOCUMENTS,
        "_ansible_check_mode": True,
        **besides,
    }
    asked = tmp_path / "arguments"
    asked.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}), encoding="utf-8")
    module = "ansible_collections.hybrid.host.plugins.modules.vm"
    ran = subprocess.run(
        [sys.executable, "-m", module, asked],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert '"invocation"' in ran.stdout, ran.stderr
    assert SECRET not in ran.stdout
