# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""golden_image.py root|disk RECIPE: builds NAME.tar, the root file system, or from it NAME.qcow2, which boots alone.

RECIPE is a JSON object: directory, name, release (the one to build), host_release, origin (of the packages, as apt
names it), packages (in both forms), boot_packages and boot_files (only in the disk), mbr (the boot code's file).

Runs in a mount namespace of its own (``unshare --mount``), so that nothing stays mounted however it ends. A file
gets its final name when it is complete and on disk; an existing one is left as it is. Two builds wait for each other.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

MIB = 1024**2
#: Where the partition starts, and ends before the disk's end.
OFFSET = MIB
#: What of apt's configuration is the way to the mirror; the rest is the host's own affair.
TRANSPORT = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries", "Acquire::ForceIPv")
#: What any ext4 of the last ten years and syslinux read, whatever the host's mke2fs has as its default.
FEATURES = (
    "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,flex_bg,sparse_super,large_file,huge_file,"
    "dir_nlink,extra_isize"
)
SLIM = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "info", "locale")]
HOOKS = (
    'rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"',
    """echo 'Acquire::Languages "none";' > "$1/etc/apt/apt.conf.d/90golden-image" """,
)

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")

Recipe = dict[str, Any]


def main() -> None:
    what, recipe = sys.argv[1], json.loads(sys.argv[2])
    os.umask(0o022)
    directory = Path(recipe["directory"])
    with locked(directory):
        work = directory / f".{recipe['name']}.part"
        shutil.rmtree(work, ignore_errors=True)
        try:
            work.mkdir(mode=0o700)
            if what == "root":
                build_root(recipe, work, directory / f"{recipe['name']}.tar")
            else:
                build_disk(recipe, work, directory / f"{recipe['name']}.qcow2")
        finally:
            shutil.rmtree(work, ignore_errors=True)


def build_root(recipe: Recipe, work: Path, target: Path) -> None:
    """The root file system from the mirrors that the host itself takes its packages from."""
    if target.exists():
        return
    options = work / "apt.conf"
    options.write_text(transport(), encoding="utf-8")
    part = work / "root.tar"
    run(
        [
            "mmdebstrap",
            "--quiet",
            "--mode=root",
            "--variant=minbase",
            f"--include={','.join(recipe['packages'])}",
            f"--aptopt={options}",
            *SLIM,
            *(f"--customize-hook={hook}" for hook in HOOKS),
            recipe["release"],
            str(part),
            "-",
        ],
        stdin=sources(recipe),
    )
    publish(part, target)


def build_disk(recipe: Recipe, work: Path, target: Path) -> None:
    """The same root with kernel, cloud-init and guest agent, on a disk with a boot loader."""
    if target.exists():
        return
    tree = work / "tree"
    tree.mkdir(mode=0o755)
    root = target.with_suffix(".tar")
    run(["tar", "-x", "--numeric-owner", "--xattrs", "--exclude=./dev/*", "-f", str(root), "-C", str(tree)])
    install(recipe, tree)
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:hybrid:host:golden-image:{recipe['name']}")
    furnish(recipe, tree, identity)
    raw = work / "disk.raw"
    write_partition(raw, tree, identity)
    write_boot_loader(raw, work, Path(recipe["mbr"]))
    part = work / "disk.qcow2"
    run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", str(raw), str(part)])
    note_digest(part)
    publish(part, target)


def sources(recipe: Recipe) -> str:
    """apt's sources for the release, on the mirrors of the host's own release; third parties are left out."""
    fields = ("REPO_URI", "RELEASE", "COMPONENT", "SIGNED_BY", "ORIGIN")
    form = "\t".join(f"$({name})" for name in fields)
    lines: dict[str, None] = {}
    for row in run(["apt-get", "indextargets", "--format", form, "Created-By: Packages"]).splitlines():
        uri, release, component, key, origin = row.split("\t")
        host = recipe["host_release"]
        if origin == recipe["origin"] and (release == host or release.startswith(f"{host}-")):
            option = f"[signed-by={key}] " if key.startswith("/") else ""
            lines[f"deb {option}{uri} {recipe['release']}{release[len(host) :]} {component}"] = None
    if not lines:
        fail(
            f"apt knows no mirror of {recipe['origin']} {recipe['host_release']}; run apt-get update on the host"
        )
    return "\n".join(lines) + "\n"


def transport() -> str:
    """How the host's apt reaches its mirrors: proxies, and what it does not check."""
    lines = run(["apt-config", "dump"]).splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith(TRANSPORT))


def install(recipe: Recipe, tree: Path) -> None:
    """Adds what only a machine of its own needs. No service starts, and the host's proxy does not stay behind."""
    settings = {
        "etc/apt/apt.conf.d/00build": transport(),
        "usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n",
        "etc/resolv.conf": Path("/etc/resolv.conf").read_text(encoding="utf-8"),
    }
    write_files(tree, recipe["boot_files"]["before"])
    write_files(tree, settings)
    (tree / "usr/sbin/policy-rc.d").chmod(0o755)
    apt = ["chroot", str(tree), "apt-get", "--quiet", "--yes", "-oAPT::Sandbox::User=root"]
    with mounted(tree):
        run([*apt, "update"])
        unsafe = "-oDPkg::Options::=--force-unsafe-io"
        run([*apt, "--no-install-recommends", unsafe, "install", *recipe["boot_packages"]])
        run([*apt, "clean"])
        run(["chroot", str(tree), "systemctl", "--quiet", "enable", *recipe["boot_files"]["enable"]])
        run(["chroot", str(tree), "systemctl", "--quiet", "mask", *recipe["boot_files"]["mask"]])
    for name in ("usr/sbin/policy-rc.d", "etc/apt/apt.conf.d/00build"):
        (tree / name).unlink()


def furnish(recipe: Recipe, tree: Path, identity: uuid.UUID) -> None:
    """Files of a guest, and none of the things that each guest must make for itself."""
    for pattern in (
        "etc/ssh/ssh_host_*",
        "var/lib/apt/lists/*",
        "var/log/apt",
        "var/log/*.log",
        "var/cache/apt/*.bin",
    ):
        for path in tree.glob(pattern):
            run(["rm", "-rf", str(path)])
    for name in ("etc/hostname", "etc/resolv.conf"):
        (tree / name).unlink(missing_ok=True)
    (tree / "etc/resolv.conf").symlink_to("../run/systemd/resolve/stub-resolv.conf")
    (tree / "etc/machine-id").write_text("", encoding="ascii")
    root = f"UUID={identity}"
    words = f"root={root} ro quiet console=tty0 console=ttyS0,115200"
    write_files(
        tree,
        {
            **recipe["boot_files"]["after"],
            "etc/fstab": f"{root} / ext4 errors=remount-ro 0 1\n",
            "boot/extlinux/extlinux.conf": "default linux\ntimeout 1\nlabel linux\n"
            f"  linux /vmlinuz\n  initrd /initrd.img\n  append {words}\n",
        },
    )


def write_partition(raw: Path, tree: Path, identity: uuid.UUID) -> None:
    """A sparse disk whose one partition holds the tree, with a quarter of it and 256 MiB to spare."""
    used = int(run(["du", "-s", "-B1", str(tree)]).split()[0])
    size = (used * 5 // 4 // MIB + 256) * MIB
    with open(raw, "wb") as disk:
        disk.truncate(OFFSET + size)
    run(["sfdisk", "--quiet", str(raw)], stdin=f"label: dos\n{OFFSET // 512},,L,*\n")
    options = f"offset={OFFSET},lazy_itable_init=0,lazy_journal_init=0,nodiscard"
    system = ["-t", "ext4", "-O", FEATURES, "-U", str(identity), "-m", "1", "-E", options]
    run(["mke2fs", "-q", "-F", *system, "-d", str(tree), str(raw), f"{size // 1024}k"])


def write_boot_loader(raw: Path, work: Path, mbr: Path) -> None:
    """syslinux's boot code before the partition, and extlinux in it."""
    code = mbr.read_bytes()
    if not 0 < len(code) <= 440:
        fail(f"{mbr} has {len(code)} bytes; boot code has at most 440")
    with open(raw, "r+b") as disk:
        disk.write(code)
    point = work / "mnt"
    point.mkdir()
    run(["mount", "-t", "ext4", "-o", f"loop,offset={OFFSET}", str(raw), str(point)])
    try:
        run(["extlinux", "--install", str(point / "boot/extlinux")])
    finally:
        run(["umount", str(point)])


@contextmanager
def mounted(tree: Path) -> Iterator[None]:
    """What package scripts need to see in the tree. Of the host's devices no more: they would give them owners."""
    points = {"proc": ["-t", "proc", "proc"], "sys": ["-t", "sysfs", "sys"], "dev": ["-t", "tmpfs", "tmpfs"]}
    points.update({f"dev/{name}": ["--bind", f"/dev/{name}"] for name in DEVICES})
    done: list[str] = []
    try:
        for name, words in points.items():
            (tree / name).touch()
            run(["mount", *words, str(tree / name)])
            done.insert(0, name)
        (tree / "dev/fd").symlink_to("/proc/self/fd")
        yield
    finally:
        for name in done:
            run(["umount", "--recursive", str(tree / name)])


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def note_digest(image: Path) -> None:
    """What overlays are made on, as module qcow2 notes it: with size and time, so that it need not be read."""
    digest = hashlib.sha256()
    with image.open("rb") as file:
        while chunk := file.read(MIB):
            digest.update(chunk)
    status = image.stat()
    note = f"sha256:{digest.hexdigest()} {status.st_size} {status.st_mtime_ns}"
    with suppress(OSError):
        os.setxattr(image, "user.hybrid.host.digest", note.encode())


def publish(part: Path, target: Path) -> None:
    """Gives a complete file its final name, also for a machine that loses power the moment after."""
    part.chmod(0o644)
    sync(part)
    os.rename(part, target)
    sync(target.parent)


def sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_files(tree: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            path.unlink()
        path.write_text(text, encoding="utf-8")


def run(argv: Sequence[str], stdin: str = "") -> str:
    """Standard output of a command; ends the build with its last lines where it fails."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    result = subprocess.run(argv, input=stdin, capture_output=True, text=True, env=environment, check=False)
    if result.returncode:
        last = " | ".join((result.stderr or result.stdout).strip().splitlines()[-6:])
        fail(f"{' '.join(argv[:4])} ... ended with {result.returncode}: {last}")
    return result.stdout


def fail(why: str) -> NoReturn:
    raise SystemExit(f"golden image: {why}")


if __name__ == "__main__":
    main()
