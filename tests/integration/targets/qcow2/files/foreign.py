"""Makes qcow2 images that say what they should not: FOLDER/data.qcow2, json.qcow2, loop-a.qcow2 and loop-b.qcow2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def qemu_img(*words: str) -> None:
    subprocess.run(["qemu-img", *words], check=True)


def with_backing_file(path: Path, name: str) -> None:
    """An image whose header names a backing file, without anybody having looked whether there is one."""
    qemu_img("create", "-q", "-f", "qcow2", "-u", "-b", name, "-F", "raw", str(path), "1M")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    apart = f"data_file={folder}/data.raw,data_file_raw=on"
    qemu_img("create", "-q", "-f", "qcow2", "-o", apart, str(folder / "data.qcow2"), "1M")
    with_backing_file(folder / "secret.qcow2", "/etc/shadow")
    described = 'json:{"driver":"raw","file":{"driver":"file","filename":"/etc/shadow"}}'
    with_backing_file(folder / "json.qcow2", described)
    with_backing_file(folder / "loop-a.qcow2", str(folder / "loop-b.qcow2"))
    with_backing_file(folder / "loop-b.qcow2", str(folder / "loop-a.qcow2"))
    with_backing_file(folder / "orphan.qcow2", str(folder / "gone.raw"))
