"""The bare root trees of the lab's hosts, one a release, built once."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import mirror
from steps import HOME, run, say

RELEASES = ("bookworm", "trixie")
PACKAGES = (
    "ca-certificates",
    "dbus",
    "iproute2",
    "iputils-ping",
    "kmod",
    "openssh-server",
    "procps",
    "python3",
    "python3-apt",
    "sudo",
    "systemd",
    "systemd-sysv",
)
_CACHE = HOME / "cache"
_FILES = Path(__file__).with_name("files")


def tree(release: str) -> Path:
    """The root tree of a release; builds it where it is missing or its recipe has changed."""
    recipe = [path.read_text(encoding="utf-8") for path in (Path(__file__), *sorted(_FILES.iterdir()))]
    digest = hashlib.sha256("\n".join([release, *recipe, mirror.sources(release)]).encode()).hexdigest()[:12]
    path = _CACHE / f"root-{release}-{digest}"
    if not path.exists():
        say(f"building the root of {release}, once")
        _remove_unused(release)
        part = path.with_suffix(".part")
        _CACHE.mkdir(parents=True, exist_ok=True)
        _install(release, part)
        _furnish(part, release)
        os.rename(part, path)
    return path


def _install(release: str, path: Path) -> None:
    """In namespaces of its own, so that a kill leaves neither a process nor a mount."""
    proxy = mirror.proxy()
    settings = [f"path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale", "info")]
    run(
        [
            *(
                "unshare",
                "--mount",
                "--propagation=private",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
            ),
            "mmdebstrap",
            "--variant=minbase",
            f"--include={','.join(PACKAGES)}",
            *([f'--aptopt=Acquire::http::Proxy "{proxy}"'] if proxy else []),
            *(f"--dpkgopt={setting}" for setting in (*settings, "force-unsafe-io")),
            release,
            str(path),
            "-",
        ],
        doing=f"building the root of {release}",
        stdin=mirror.sources(release),
    )


def _furnish(root: Path, release: str) -> None:
    """What makes the tree a host of the lab: the relay to packages, what a container lacks, and no names."""
    places = {
        "lab-packages.socket": "etc/systemd/system",
        "lab-packages.service": "etc/systemd/system",
        "lab-machine.service": "etc/systemd/system",
        "lab-machine": "usr/local/sbin",
        "lab-enter": "usr/local/sbin",
        "90lab": "etc/apt/apt.conf.d",
    }
    for name, place in places.items():
        shutil.copy(_FILES / name, root / place / name)
    (root / "etc/apt/sources.list").write_text(mirror.relayed_sources(release), encoding="utf-8")
    wants = root / "etc/systemd/system"
    for unit, target in (("lab-packages.socket", "sockets"), ("lab-machine.service", "sysinit")):
        (wants / f"{target}.target.wants").mkdir(exist_ok=True)
        (wants / f"{target}.target.wants" / unit).symlink_to(f"../{unit}")
    for unit in ("apt-daily.timer", "apt-daily-upgrade.timer", "systemd-resolved.service"):
        (wants / unit).symlink_to("/dev/null")
    for name in ("apt/apt.conf.d/99mmdebstrap", "machine-id", "hostname", "hosts", "resolv.conf"):
        (root / "etc" / name).unlink(missing_ok=True)
    for path in (root / "etc/ssh").glob("ssh_host_*"):
        path.unlink()
    (root / "etc/resolv.conf").write_text("", encoding="utf-8")


def _remove_unused(release: str) -> None:
    """Trees of older recipes and of interrupted builds; not those that a host, perhaps running, sits on."""
    used = {path.read_text(encoding="ascii") for path in (HOME / "hosts").glob("*/tree")}
    for path in _CACHE.glob(f"root-{release}-*"):
        if path.name not in used:
            shutil.rmtree(path)
