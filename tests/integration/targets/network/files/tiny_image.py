# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tiny_image.py NAME: imports an image of a few of the host's own commands, with the libraries that they need."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tarfile

import docker

COMMANDS = ("sleep", "ping", "getent")


def main(name: str) -> None:
    paths = {str(shutil.which(command)) for command in COMMANDS}
    linked = subprocess.run(["ldd", *sorted(paths)], capture_output=True, text=True, check=True).stdout
    paths.update(re.findall(r"(/lib\S+) \(0x", linked))
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", dereference=True) as tar:
        for path in sorted(paths):
            tar.add(path)
    docker.APIClient().import_image_from_data(archive.getvalue(), repository=name, tag="1")


if __name__ == "__main__":
    main(sys.argv[1])
