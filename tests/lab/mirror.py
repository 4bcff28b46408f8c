"""Where this machine itself takes Debian's packages from; so does the lab."""

from __future__ import annotations

import shutil
from pathlib import Path

from steps import LabError, run, say

#: Labels in Debian's own Release files.
ARCHIVE, SECURITY = "Debian", "Debian-Security"


def sources(release: str) -> str:
    """The apt sources of a release."""
    found = uris()
    lines = [f"deb {found[ARCHIVE]} {release} main", f"deb {found[ARCHIVE]} {release}-updates main"]
    if SECURITY in found:
        lines.append(f"deb {found[SECURITY]} {release}-security main")
    return "\n".join(lines) + "\n"


def relayed_sources(release: str) -> str:
    """The same for a host: over plain http, which the relay turns into what the machine uses."""
    return sources(release).replace("deb https:", "deb http:")


def uris() -> dict[str, str]:
    """Address by label, of Debian's own suites only: what else apt knows here is none of the lab's business."""
    found = _known()
    if ARCHIVE not in found:
        say("the package lists of this machine are empty: apt-get update")
        run(["apt-get", "update", "-q"], doing="updating the package lists")
        found = _known()
    if ARCHIVE not in found:
        raise LabError("apt on this machine knows no Debian archive; add one to /etc/apt/sources.list.d")
    return found


def proxy() -> str:
    """The proxy that apt on this machine is told to use, or nothing."""
    line = run(["apt-config", "shell", "found", "Acquire::http::Proxy"]).strip()
    value = line.partition("=")[2].strip("'")
    return "" if value == "DIRECT" else value


def _known() -> dict[str, str]:
    if shutil.which("apt-get") is None:
        raise LabError("this machine has no apt-get; the lab needs a Debian")
    form = "$(ORIGIN)\t$(LABEL)\t$(REPO_URI)"
    targets = run(["apt-get", "indextargets", "--format", form, "Created-By: Packages"])
    found: dict[str, str] = {}
    for line in targets.splitlines():
        origin, label, uri = line.split("\t")
        if origin == "Debian" and label in (ARCHIVE, SECURITY):
            found.setdefault(label, _resolved(uri).rstrip("/"))
    return found


def _resolved(uri: str) -> str:
    """The first address of a list of mirrors, as Debian's images for clouds have it; another address as it is."""
    if not uri.startswith("mirror+file:"):
        return uri
    path = Path("/" + uri.removeprefix("mirror+file:").strip("/"))
    return path.read_text(encoding="utf-8").split()[0]
