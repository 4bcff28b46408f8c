# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables that Podman sets in every container by itself, and tells as if they had been asked for."""

from __future__ import annotations

from collections.abc import Sequence

from .._core.compare import Difference
from .._model.container import Container

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_VALUES = {"PATH": (_PATH,), "TERM": ("xterm",), "container": ("oci", "podman")}


def asked_for(differences: Sequence[Difference], found: Container) -> list[Difference]:
    """Without those that would take away what Podman sets, and would set again."""
    return [d for d in differences if d.after is not None or not _is_filled_in(d, found)]


def _is_filled_in(difference: Difference, found: Container) -> bool:
    option, _bracket, rest = difference.path.partition("[")
    name = rest.rstrip("]")
    if option != "env":
        return False
    # The home of its user is written in the image's own files.
    return (
        name == "HOME"
        or (name == "HOSTNAME" and difference.before == found.hostname)
        or difference.before in _VALUES.get(name, ())
    )
