# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which order engines start with the host: Docker when libvirt has started the networks whose bridges they share.

Of two that start at once, each finds the bridge half made by the other, and both fail.
"""

from __future__ import annotations

import os
import sys

from .._core.errors import ApplyFailed
from .unit import remove, systemctl, text_of, write

FOLDER = "/etc/systemd/system/docker.service.d"
#: Where there is no systemd, or this is not root, somebody else sees to the order.
RUNNING = "/run/systemd/system"
#: libvirt is up before its networks are, but gives no answer until then.
_ASKED = "import libvirt; libvirt.open('qemu:///system').listAllNetworks()"
_TEXT = """\
# Made by hybrid.host for network {network}, and removed with it: its bridge is libvirt's.
[Unit]
After=libvirtd.service virtnetworkd.service

[Service]
ExecStartPre=-/usr/bin/timeout 60 {python} -c "{asked}"
"""


def waits(network: str) -> bool:
    """Whether Docker waits for this network's sake, or it is not for this run to say."""
    is_ours = os.path.isdir(RUNNING) and os.geteuid() == 0
    return not is_ours or text_of(_path(network)) == _text(network)


def wait(network: str) -> None:
    """Has it do so from its next start on. Raises ``HostError``."""
    try:
        os.makedirs(FOLDER, mode=0o755, exist_ok=True)
    except OSError as error:
        raise ApplyFailed(f"make the folder {FOLDER}", cause=error.strerror or str(error)) from None
    write(_path(network), _text(network))
    systemctl("daemon-reload")


def wait_no_more(network: str) -> None:
    """Takes that back. Raises ``HostError``."""
    if text_of(_path(network)) is not None:
        remove(_path(network))
        systemctl("daemon-reload")


def _text(network: str) -> str:
    return _TEXT.format(network=network, python=sys.executable, asked=_ASKED)


def _path(network: str) -> str:
    return f"{FOLDER}/hybrid-host-{network}.conf"
