"""The distribution's packages for hosts without a route out: a caching proxy on loopback, and a socket that crosses
network namespaces."""

from __future__ import annotations

import os
import re
import shutil
import socket
from pathlib import Path

from steps import HOME, Daemon, LabError, run, say, wait_for

PROGRAM = HOME / "cache" / "proxy"
FOLDER = HOME / "relay"
SOCKET = FOLDER / "packages.sock"
_PROXY = Daemon(FOLDER / "proxy.pid", "apt-cacher-ng")
_FORWARD = Daemon(FOLDER / "forward.pid", str(SOCKET))


def up() -> None:
    """Starts what is not running; harmless when all is."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if _PROXY.pid() is None or not _answers(port()):
        _PROXY.stop()
        _FORWARD.stop()
        _unpack()
        _start_proxy()
    if _FORWARD.pid() is None or not SOCKET.exists():
        _FORWARD.stop()
        SOCKET.unlink(missing_ok=True)
        listen = f"UNIX-LISTEN:{SOCKET},fork,mode=666"
        _FORWARD.start(["socat", listen, f"TCP:127.0.0.1:{port()}"], FOLDER / "forward.log")
        wait_for(SOCKET.exists, 5, "the package socket")


def down() -> None:
    _FORWARD.stop()
    _PROXY.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)


def port() -> int:
    """The proxy's port on the machine's loopback."""
    return int((FOLDER / "port").read_text(encoding="ascii"))


def _unpack() -> None:
    """The proxy from its Debian package, unpacked and not installed, so that no daemon of the machine starts."""
    if (PROGRAM / "usr/sbin/apt-cacher-ng").exists():
        return
    say("fetching the package proxy")
    part = PROGRAM.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        os.chmod(part, 0o777)
        here = os.getcwd()
        os.chdir(part)
        try:
            run(["apt-get", "download", "-q", "apt-cacher-ng"], doing="fetching the package proxy")
        finally:
            os.chdir(here)
        (package,) = part.glob("*.deb")
        run(["dpkg", "-x", str(package), str(part)])
    except LabError as error:
        raise LabError(f"the package proxy cannot be had: {error}. Run apt-get update") from None
    os.rename(part, PROGRAM)


def _start_proxy() -> None:
    number = _free_port()
    (FOLDER / "port").write_text(str(number), encoding="ascii")
    configuration = FOLDER / "proxy.conf.d"
    configuration.mkdir(exist_ok=True)
    settings = {
        "CacheDir": HOME / "cache" / "packages",
        "LogDir": FOLDER,
        "SupportDir": PROGRAM / "usr/lib/apt-cacher-ng",
        "Port": number,
        "BindAddress": "127.0.0.1",
        "ForeGround": 1,
        "ExThreshold": 30,
        "PfilePatternEx": ".*\\.(deb|xz|gz|zst)",
        "VerboseLog": 0,
    }
    text = "".join(f"{key}: {value}\n" for key, value in settings.items())
    (configuration / "acng.conf").write_text(text, encoding="utf-8")
    (HOME / "cache" / "packages").mkdir(parents=True, exist_ok=True)
    (libraries,) = {path.parent for path in PROGRAM.glob("usr/lib/*/libsupacng.so")}
    _PROXY.start(
        [str(PROGRAM / "usr/sbin/apt-cacher-ng"), "-c", str(configuration)],
        FOLDER / "proxy.log",
        {"LD_LIBRARY_PATH": str(libraries)},
    )
    wait_for(lambda: _answers(number), 10, "the start of the package proxy")


def _free_port() -> int:
    """A free port of loopback below 32768: apt-cacher-ng takes no higher one."""
    for number in range(21000, 32000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) != 0:
                return number
    raise LabError("no port is free on loopback between 21000 and 32000")


def _answers(number: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", number)) == 0


def sources(release: str) -> str:
    """The apt sources of a release, on the mirrors that the machine itself takes Debian's packages from."""
    archive = security = None
    for uri in _machine_uris():
        path = uri.rstrip("/")
        if path.endswith("/debian"):
            archive = archive or uri
        elif path.endswith("/debian-security"):
            security = security or uri
    if archive is None:
        raise LabError("the machine's apt knows no Debian archive: /etc/apt/sources.list names none")
    lines = [f"deb {archive} {release} main", f"deb {archive} {release}-updates main"]
    if security:
        lines.append(f"deb {security} {release}-security main")
    return "\n".join(lines) + "\n"


def _machine_uris() -> list[str]:
    uris: list[str] = []
    folder = Path("/etc/apt/sources.list.d")
    for path in [Path("/etc/apt/sources.list"), *sorted(folder.glob("*.list"))]:
        if path.exists():
            lines = path.read_text(encoding="utf-8").splitlines()
            uris += [m[1] for line in lines if (m := re.match(r"deb\s+(?:\[[^\]]*\]\s+)?(\S+)", line))]
    for path in sorted(folder.glob("*.sources")):
        lines = path.read_text(encoding="utf-8").splitlines()
        uris += [uri for line in lines if line.startswith("URIs:") for uri in line.split()[1:]]
    return [uri for uri in uris if uri.startswith("http://")]
