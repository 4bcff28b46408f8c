# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where runs leave what only other runs of the same user are to find."""

from __future__ import annotations

import os


def own_folder() -> str:
    """For root, one that ends with the machine's uptime. It need not exist."""
    return "/run/hybrid-host" if os.geteuid() == 0 else os.path.expanduser("~/.cache/hybrid-host")


def made(folder: str) -> None:
    """Makes the folder, for this user alone, where it is missing. Raises ``OSError``."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
