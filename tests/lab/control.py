"""The namespace that reaches every host, and how Ansible does so from there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from steps import HOME, MARK, RUN, LabError, kill, run, wait_for

NAME = f"{MARK}-control"
ADDRESS = "10.98.0.254"
BRIDGE = "lan"
INVENTORY = HOME / "inventory.yml"
KNOWN_HOSTS = HOME / "known_hosts"
_KEY = HOME / "key"
_NAMESPACES = Path("/run/netns")


def exists(namespace: str) -> bool:
    return (_NAMESPACES / namespace).exists()


def namespaces() -> list[str]:
    """All network namespaces of this lab."""
    return sorted(path.name for path in _NAMESPACES.glob(f"{MARK}-*"))


def delete(namespace: str) -> None:
    """Ends what still runs in a network namespace, and removes it."""
    if not exists(namespace):
        return
    wait_for(lambda: _emptied(namespace), 10, f"the end of {namespace}")
    run(["ip", "netns", "delete", namespace])


def _emptied(namespace: str) -> bool:
    pids = _inside(namespace)
    kill(pids)
    return not pids


def _inside(namespace: str) -> list[int]:
    """Processes in a namespace. One that was left half made, by a kill, has none."""
    try:
        return [int(pid) for pid in run(["ip", "netns", "pids", namespace]).split()]
    except LabError:
        return []


def up() -> None:
    """The bridge that joins the hosts, in a namespace that is also on it."""
    if exists(NAME) and f"{ADDRESS}/" in run(["ip", "-n", NAME, "-o", "addr", "show"]):
        return
    delete(NAME)
    run(["ip", "netns", "add", NAME])
    for words in (
        "link set lo up",
        f"link add {BRIDGE} type bridge",
        f"link set {BRIDGE} up",
        f"addr add {ADDRESS}/24 dev {BRIDGE}",
    ):
        run(["ip", "-n", NAME, *words.split()])


def enter() -> list[str]:
    """The words before a command that runs in the namespace, otherwise as on the machine."""
    if not exists(NAME):
        raise LabError("the lab is down; tests/lab/lab up starts it")
    return ["nsenter", f"--net={_NAMESPACES / NAME}"]


def unplug(port: str) -> None:
    """Removes a host's port. It outlives the host's namespace where something still holds that one open."""
    try:
        if exists(NAME) and _has(port):
            run(["ip", "-n", NAME, "link", "delete", port])
    except LabError:
        # It may have gone by itself meanwhile.
        if _has(port):
            raise


def _has(port: str) -> bool:
    return f" {port}@" in run(["ip", "-n", NAME, "-o", "link", "show"])


def make_key(path: Path) -> str:
    """The public half of an ssh key that is made where it is missing."""
    public = path.with_name(path.name + ".pub")
    if not public.exists():
        path.unlink(missing_ok=True)
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(path)])
    return public.read_text(encoding="ascii")


def key() -> str:
    """The public key that may log in on every host."""
    return make_key(_KEY)


def connections(name: str) -> Path:
    """Where Ansible keeps its open connections to a host: not where it keeps those to another lab's host1."""
    return RUN / name


def forget_connections(name: str) -> None:
    """Ends the connections that Ansible keeps open to a host: to a new one they would hang."""
    folder = connections(name)
    for socket in folder.glob("*"):
        kill(_masters(str(socket)))
    shutil.rmtree(folder, ignore_errors=True)


def _masters(socket: str) -> list[int]:
    title = f"ssh: {socket} [mux]".encode()
    found = []
    for pid in _inside(NAME):
        try:
            if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(title):
                found.append(pid)
        except OSError:
            continue
    return found


def write_inventory(hosts: Iterable[tuple[str, str, str, str]]) -> None:
    """Connections that work from control, to hosts as (name, address, release, public key)."""
    lines, known = [], []
    for name, address, release, public in hosts:
        folder = json.dumps(str(connections(name)))
        lines.append(
            f"    {name}: {{ansible_host: {address}, lab_release: {release}, ansible_control_path_dir: {folder}}}"
        )
        known.append(f"{name},{address} {' '.join(public.split()[:2])}\n")
    KNOWN_HOSTS.write_text("".join(known), encoding="ascii")
    options = (
        f"-o UserKnownHostsFile={KNOWN_HOSTS} -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes"
        " -o IdentitiesOnly=yes -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=15"
    )
    lines = [
        "all:",
        "  hosts:",
        *lines,
        "  vars:",
        "    ansible_user: root",
        f"    ansible_ssh_private_key_file: {json.dumps(str(_KEY))}",
        f"    ansible_ssh_common_args: {json.dumps(options)}",
        "    ansible_ssh_pipelining: true",
        "    ansible_python_interpreter: /usr/bin/python3",
    ]
    INVENTORY.write_text("\n".join(lines) + "\n", encoding="utf-8")


def down() -> None:
    delete(NAME)
    for path in (_KEY, _KEY.with_suffix(".pub"), INVENTORY, KNOWN_HOSTS):
        path.unlink(missing_ok=True)
    shutil.rmtree(RUN, ignore_errors=True)
