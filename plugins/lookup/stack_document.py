# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lookup stack_document."""

from __future__ import annotations

DOCUMENTATION = r"""
name: stack_document
author: The hybrid.host contributors (@hybrid-host)
version_added: 1.0.0
short_description: A stack's document, with what its Compose files say among its lists
description:
  - Gives the lists of a stack as M(hybrid.host.stack) takes them, where parts of them stand in Compose files. A backup
    keeps them so, and a look at them shows what a Compose file becomes.
  - They hold what the files hold, secrets too.
options:
  _terms:
    description: The Compose files, or lists of them, found as Ansible finds the files of a role or a play.
    type: list
    elements: raw
  name:
    description: Name of the stack.
    type: str
    required: true
  state:
    description: As for M(hybrid.host.stack). With V(absent) no file is read.
    type: str
    choices: [present, absent]
    default: present
  compose_profiles:
    description: As for M(hybrid.host.stack).
    type: list
    elements: str
    default: []
  compose_env:
    description: As for M(hybrid.host.stack).
    type: dict
    default: {}
  compose_directory:
    description: As for M(hybrid.host.stack).
    type: str
  networks: &more
    description: What the stack has besides, which comes first.
    type: list
    elements: dict
    default: []
  volumes: *more
  images: *more
  containers: *more
  vms: *more
seealso:
  - module: hybrid.host.stack
"""

EXAMPLES = r"""
- name: See what a Compose file becomes
  ansible.builtin.debug:
    msg: "{{ lookup('hybrid.host.stack_document', 'compose.yml', name='shop', compose_directory='/srv/shop') }}"
"""

RETURN = r"""
_raw:
  description: One dictionary, with the lists C(networks), C(volumes), C(images), C(containers) and C(vms).
  type: list
  elements: dict
  sample: [{networks: [], volumes: [], images: [], containers: [{name: web, image: nginx}], vms: []}]
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.module_utils.common.validation import check_type_list
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..module_utils._core.errors import HostError
from ..plugin_utils.stack_parameters import without_compose

LISTS = ("networks", "volumes", "images", "containers", "vms")


class LookupModule(LookupBase):
    """Reads on the controller; no host is asked."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        self.set_options(var_options=variables, direct=kwargs)
        given = self.get_options()

        def find(path: str) -> str:
            return str(self.find_file_in_search_path(variables, "files", path, ignore_missing=True) or "")

        try:
            paths = [path for term in terms for path in check_type_list(term)]
            parameters, warnings = without_compose({**given, "compose_files": paths}, self._loader, find)
        except (HostError, TypeError) as error:
            raise AnsibleLookupError(str(error)) from None
        for warning in warnings:
            Display().warning(warning)
        return [{option: parameters[option] for option in LISTS}]
