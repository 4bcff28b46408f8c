# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option of what earlier tasks bring."""

from __future__ import annotations

from typing import Any

AWAITED_OPTION: dict[str, Any] = {"awaited": {"type": "list", "elements": "str", "default": []}}
