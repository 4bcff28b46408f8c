# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What every module supports."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Lists the actions that a run would take, and touches nothing.
  diff_mode:
    support: full
    description: Shows what differs, before and after. Secrets are masked.
  action_group:
    support: full
    description: Use C(group/hybrid.host.all) in C(module_defaults) to set options for all modules at once.
    membership:
      - hybrid.host.all
"""
