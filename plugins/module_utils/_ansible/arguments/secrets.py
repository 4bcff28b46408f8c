# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a module's options may hold a secret anywhere within them.

Ansible's ``no_log`` would mask each word of theirs wherever it stands: names of users, paths, numbers.
"""

from __future__ import annotations

EVERYTHING = ("*",)
#: By option, those below it.
SECRETS: dict[str, tuple[str, ...]] = {
    "cloud_init": ("users", "write_files", "runcmd", "network", "user_data", "vendor_data", "meta_data"),
    "unattend": ("commands",),
    "env": EVERYTHING,
    "environment": EVERYTHING,
    "args": EVERYTHING,
    "compose_env": EVERYTHING,
    "files": ("content",),
}
