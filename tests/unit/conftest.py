# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes ``ansible_collections.hybrid.host`` importable from a checkout, wherever it lies."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"


def _collections() -> Path:
    """The folder that holds ``ansible_collections``: around the checkout, or a link to it under ``build/``."""
    if ROOT.parts[-3:] == ("ansible_collections", "hybrid", "host"):
        return ROOT.parents[2]
    link = BUILD / "collections" / "ansible_collections" / "hybrid" / "host"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to("../../../..", target_is_directory=True)
    return BUILD / "collections"


COLLECTIONS = str(_collections())
if COLLECTIONS not in sys.path:
    sys.path.insert(0, COLLECTIONS)

# Two cores that also run guests: a slow example is no failure.
settings.register_profile(
    "hybrid", deadline=None, database=DirectoryBasedExampleDatabase(BUILD / "hypothesis"), print_blob=True
)
settings.load_profile("hybrid")
