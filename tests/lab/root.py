"""The bare root trees of the lab's hosts, one a release, built once."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import relay
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
_FILES = Path(__file__).with_name("files")


def tree(release: str) -> Path:
    """The root tree of a release; builds it where it is missing or its recipe has changed."""
    recipe = [path.read_text(encoding="utf-8") for path in (Path(__file__), *sorted(_FILES.iterdir()))]
    digest = hashlib.sha256("\n".join([release, *recipe]).encode()).hexdigest()[:12]
    path = HOME / "cache" / f"root-{release}-{digest}"
    if path.exists():
        return path
    say(f"building the root of {release}, once")
    part = path.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    proxy = f"http://127.0.0.1:{relay.port()}"
    slim = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale", "info")]
    run(
        [
            "mmdebstrap",
            "--variant=minbase",
            f"--include={','.join(PACKAGES)}",
            f'--aptopt=Acquire::http::Proxy "{proxy}"',
            *slim,
            release,
            str(part),
            "-",
        ],
        doing=f"building the root of {release}",
        stdin=relay.sources(release),
    )
    _furnish(part, release)
    os.rename(part, path)
    return path


def _furnish(root: Path, release: str) -> None:
    """What makes the tree a host of the lab: the relay to packages, writable cgroups, ssh for root by key."""
    places = {
        "lab-packages.socket": "etc/systemd/system",
        "lab-packages.service": "etc/systemd/system",
        "lab-cgroups.service": "etc/systemd/system",
        "lab-cgroups": "usr/local/sbin",
        "90lab": "etc/apt/apt.conf.d",
    }
    for name, place in places.items():
        shutil.copy(_FILES / name, root / place / name)
    (root / "etc/apt/sources.list").write_text(relay.sources(release), encoding="utf-8")
    wants = root / "etc/systemd/system"
    for unit, target in (("lab-packages.socket", "sockets"), ("lab-cgroups.service", "sysinit")):
        (wants / f"{target}.target.wants").mkdir(exist_ok=True)
        (wants / f"{target}.target.wants" / unit).symlink_to(f"../{unit}")
    for unit in ("apt-daily.timer", "apt-daily-upgrade.timer", "systemd-resolved.service"):
        (wants / unit).symlink_to("/dev/null")
    (root / "etc/apt/apt.conf.d/99mmdebstrap").unlink(missing_ok=True)
    (root / "etc/machine-id").unlink(missing_ok=True)
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    (root / "etc/resolv.conf").write_text("", encoding="utf-8")
