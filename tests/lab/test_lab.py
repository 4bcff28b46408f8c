# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab on this machine, for real: one of its own beside others, killed and cleaned up. As root, in this order."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT / "tests/lab/lab"
HOME = ROOT / "build/lab-test"
MARK = "lab-" + hashlib.sha256(str(HOME).encode()).hexdigest()[:8]
BOTH = ("--hosts", "2", "--release", "bookworm,trixie")

Run = subprocess.CompletedProcess[str]


def lab(*words: str, given: str = "", path: str = "") -> Run:
    environment = {**os.environ, "LAB_DIR": str(HOME)}
    if path:
        environment["PATH"] = f"{path}:{environment['PATH']}"
    return subprocess.run(
        [LAB, *words], input=given, text=True, capture_output=True, timeout=600, check=False, env=environment
    )


def on(host: str, *words: str, given: str = "") -> Run:
    return lab("exec", host, "--", *words, given=given)


def works(result: Run) -> str:
    assert result.returncode == 0, result.stderr
    return result.stdout


def machine_links() -> str:
    """What the machine's own network namespace has, without counters."""
    words = ["ip", "-o", "addr", "show"]
    return subprocess.run(words, text=True, capture_output=True, check=True).stdout


def namespaces() -> list[str]:
    return [path.name for path in Path("/run/netns").glob(f"{MARK}*")]


def processes() -> dict[int, str]:
    """Of this lab: its path or its mark is in their command line, or their network is one of its namespaces."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if str(HOME) in words or MARK in words:
            found[int(folder.name)] = words
    for namespace in namespaces():
        words = ["ip", "netns", "pids", namespace]
        pids = subprocess.run(words, text=True, capture_output=True, check=True).stdout.split()
        found.update((int(pid), namespace) for pid in pids)
    return found


def groups() -> list[str]:
    return [place for place, _folders, _files in os.walk("/sys/fs/cgroup") if MARK in place]


def mounts() -> list[str]:
    """In any mount namespace of the machine."""
    found = []
    for path in Path("/proc").glob("[0-9]*/mountinfo"):
        try:
            found += [line for line in path.read_text(encoding="utf-8").splitlines() if str(HOME) in line]
        except OSError:
            continue
    return found


def loops() -> set[str]:
    return {path.parent.name for path in Path("/sys/block").glob("loop*/loop")}


def until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module", autouse=True)
def _clean() -> Iterator[None]:
    works(lab("down"))
    yield
    works(lab("down"))


def kill_all() -> None:
    """As the machine's out-of-memory killer would, the proxy included, but not the systemds inside."""
    for pid, words in processes().items():
        if words.startswith("systemd-nspawn ") or "package_proxy" in words:
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["up", "--release", "sid"], "there is no release sid"),
        (["up", "--hosts", "0"], "0 hosts cannot be had"),
        (["exec", "host1", "--", "true"], "there is no host1"),
        (["exec", "control", "--", "true"], "the lab is down"),
        (["inventory"], "the lab is down"),
    ],
)
def test_what_cannot_be_had_is_said_in_a_line(words: list[str], says: str) -> None:
    result = lab(*words)
    assert (result.returncode, result.stdout) == (1, "")
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_what_the_machine_lacks_is_named(tmp_path: Path) -> None:
    query = tmp_path / "dpkg-query"
    query.write_text("#!/bin/sh\necho 'installed iproute2'\n", encoding="ascii")
    query.chmod(0o755)
    result = lab("up", path=str(tmp_path))
    assert result.returncode == 1
    assert "apt-get install mmdebstrap openssh-client systemd-container" in result.stderr


def test_two_hosts_at_once_from_two_commands() -> None:
    before = machine_links()
    environment = {**os.environ, "LAB_DIR": str(HOME)}
    other = subprocess.Popen(
        [LAB, "up", *BOTH], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    lines = works(lab("up", *BOTH)).splitlines()
    assert other.communicate(timeout=600)[0].decode().splitlines() == lines
    assert lines[-1] == str(HOME / "inventory.yml")
    status = [line.split() for line in works(lab("status")).splitlines()]
    assert status == [["host1", "10.98.0.1", "bookworm", "up"], ["host2", "10.98.0.2", "trixie", "up"]]
    assert machine_links() == before


def test_a_host_that_runs_is_left_alone() -> None:
    boot = works(on("host1", "stat", "-c", "%y", "/proc/1"))
    works(lab("up", *BOTH))
    works(lab("up"))
    assert works(on("host1", "stat", "-c", "%y", "/proc/1")) == boot
    refused = lab("up", "--release", "trixie")
    assert refused.returncode == 1
    assert "host1 runs bookworm, not trixie" in refused.stderr


def test_a_command_passes_through() -> None:
    assert on("host1", "sh", "-c", "exit 7").returncode == 7
    assert works(on("host2", "cat", given="a line\n")) == "a line\n"
    assert works(on("host1", "echo", "--", "-x", "a  b")) == "-- -x a  b\n"
    assert works(on("control", "pwd")) == f"{Path.cwd()}\n"


@pytest.mark.parametrize("host", ["host1", "host2"])
def test_a_host_is_a_whole_and_bare_system(host: str) -> None:
    assert works(on(host, "systemctl", "is-system-running", "--wait")) == "running\n"
    assert works(on(host, "hostname")) == f"{host}\n"
    assert on(host, "sh", "-c", "command -v docker podman virsh").returncode != 0
    assert works(on(host, "cat", "/proc/1/cgroup")).splitlines()[-1] == "0::/payload/init.scope"
    assert not works(on(host, "ip", "route", "show", "default"))
    works(on(host, "ping", "-c", "1", "-W", "2", "host1"))
    works(on(host, "sh", "-c", "truncate -s 1M /tmp/x && losetup -d $(losetup --show -f /tmp/x)"))


def test_hosts_are_told_apart() -> None:
    ids = {works(on(host, "cat", "/etc/machine-id")) for host in ("host1", "host2")}
    keys = {works(on(host, "cat", "/etc/ssh/ssh_host_ed25519_key.pub")) for host in ("host1", "host2")}
    assert (len(ids), len(keys)) == (2, 2)


def test_ansible_reaches_every_host_from_control() -> None:
    ansible = Path(sys.executable).with_name("ansible")
    out = works(on("control", str(ansible), "all", "-i", works(lab("inventory")).strip(), "-m", "ping"))
    assert out.count("SUCCESS") == 2


def test_packages_come_through_the_relay_and_stay_in_the_cache() -> None:
    for host in ("host1", "host2"):
        works(on(host, "apt-get", "update", "-q"))
        works(on(host, "apt-get", "install", "-qy", "hello"))
        assert "Hello, world!" in works(on(host, "hello"))
    assert list((HOME / "cache/packages").rglob("hello_*.deb"))
    stranger = "Acquire::http::Proxy=http://127.0.0.1:3142"
    result = on(
        "host1",
        "/usr/lib/apt/apt-helper",
        "-o",
        stranger,
        "download-file",
        "http://packages.invalid/x",
        "/tmp/x",
    )
    assert "403" in result.stdout + result.stderr


def test_after_a_kill_up_repairs_and_keeps_what_hosts_wrote() -> None:
    identity = works(on("host1", "cat", "/etc/machine-id"))
    works(on("host1", "sh", "-c", "echo kept >/var/lib/docker/x; echo kept >/root/x; sync"))
    kill_all()
    until(lambda: "down" in works(lab("status")), 10)
    works(lab("up", *BOTH))
    assert (
        works(on("host1", "cat", "/var/lib/docker/x", "/root/x", "/etc/machine-id"))
        == f"kept\nkept\n{identity}"
    )
    works(on("host2", "apt-get", "update", "-q"))
    test_ansible_reaches_every_host_from_control()


def test_after_a_kill_down_leaves_nothing() -> None:
    before = loops()
    for place in ("/var/lib/libvirt/x", "/root/x.img"):
        works(on("host1", "sh", "-c", f"truncate -s 1M {place}; losetup -f {place}"))
    assert len(loops()) == len(before) + 2
    kill_all()
    works(lab("down"))
    left = (namespaces(), processes(), groups(), mounts(), loops() - before)
    assert left == ([], {}, [], [], set())
    assert not Path("/run", MARK).exists()
    assert sorted(path.name for path in HOME.iterdir()) == ["cache", "hosts", "lock"]
    assert not list((HOME / "hosts").iterdir())
