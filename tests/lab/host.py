"""One host of the lab: a whole Debian with systemd, in namespaces of its own, on the lab's bridge."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import uuid
from pathlib import Path

import control
import loops
import relay
import root
from steps import HOME, MARK, LabError, kill, last_words, run, running, say, start, wait_for

FOLDER = HOME / "hosts"
#: As many as their /etc/hosts names.
MOST = 20
#: Where engines keep images and containers: on a plain file system, since overlays do not sit on overlays.
PLAIN = ("docker", "containerd", "containers", "libvirt")
#: A start takes five; on a machine that is busy with other work, or after a cut of power, many more.
START_SECONDS = 120
_DEVICES = ("/dev/net/tun", "/dev/fuse", "/dev/vhost-net")
_PRIVATE_MOUNTS = ("unshare", "--mount", "--propagation=private")
_HERE = Path(__file__).parent


class Host:
    """Host number ``number``, 10.98.0.``number``."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = f"host{number}"
        self.address = f"10.98.0.{number}"
        self.folder = FOLDER / self.name
        self._mark = f"{MARK}-{self.name}"
        self._port = f"v{number}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def release(self) -> str:
        """Its Debian release; empty before it was made."""
        return self._known("release")

    @property
    def public_key(self) -> str:
        """Its sshd's."""
        return control.make_key(self.folder / "upper/etc/ssh/ssh_host_ed25519_key")

    def init(self) -> int | None:
        """The process id of the systemd inside, while the host runs."""
        for pid in running(f"--machine={self._mark}"):
            try:
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
                for child in children:
                    status = Path(f"/proc/{child}/status").read_text(encoding="ascii")
                    if f"NSpid:\t{child}\t1\n" in status:
                        return int(child)
            except OSError:
                continue
        return None

    def up(self, release: str, key: str) -> None:
        """Boots the host unless it runs, and waits for its sshd. An empty release is the one that it has."""
        if self.init() is None:
            self._boot(release or self.release or root.RELEASES[0], key)
        elif release not in ("", self.release):
            raise LabError(
                f"{self.name} runs {self.release}, not {release}; tests/lab/lab down ends it first"
            )
        wait_for(self._answers, START_SECONDS, f"the start of {self.name} (see {self._console})")
        self._remember("file_system", self._file_system())

    def end(self) -> None:
        """Ends the host as a power cut does; what it wrote stays. Repairs what a kill left behind."""
        init = self.init()
        if init is not None:
            kill([init])
        run([*_PRIVATE_MOUNTS, str(_HERE / "groups"), "end", self._mark])
        control.forget_connections(self.name)
        control.delete(self._mark)
        control.unplug(self._port)
        loops.detach([self.folder / "plain", self.folder / "upper"], self._known("file_system"))

    def forget(self) -> None:
        """Removes all that the host wrote."""
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def enter(self) -> list[str]:
        """The words before a command that runs on the host."""
        init = self.init()
        if init is None:
            raise LabError(f"{self.name} is not running; tests/lab/lab up starts it")
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        inside = ["nsenter", "-t", str(init), "-m", "-n", "-p", "-u", "-i", "-C", "-r", "-w"]
        terminal = [f"TERM={os.environ['TERM']}"] if "TERM" in os.environ else []
        return [*inside, "env", "-i", path, "HOME=/root", "LANG=C.UTF-8", *terminal, "lab-enter"]

    def _boot(self, release: str, key: str) -> None:
        tree = root.tree(release)
        self.end()
        if self._known("tree") != tree.name:
            self.forget()
        say(f"booting {self.name} ({release})")
        for name in ("upper", "work", "root", *(f"plain/{name}" for name in PLAIN)):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._remember("release", release)
        self._remember("tree", tree.name)
        self._write_identity(key)
        self._join()
        environment = {"SYSTEMD_NSPAWN_API_VFS_WRITABLE": "yes", "SYSTEMD_NSPAWN_USE_CGNS": "0"}
        self._process = start(self._command(tree), self._console, environment)

    @property
    def _console(self) -> Path:
        return self.folder / "console.log"

    def _known(self, name: str) -> str:
        path = self.folder / name
        return path.read_text(encoding="ascii") if path.exists() else ""

    def _remember(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="ascii")

    def _file_system(self) -> str:
        """Of the host's root, by which the kernel tells whose file is behind a loop device."""
        init = self.init()
        return loops.file_system(Path(f"/proc/{init}/root/")) if init else ""

    def _write_identity(self, key: str) -> None:
        """Its machine id, the same whenever this lab makes this host, its names, and the key that may log in."""
        etc, ssh = self.folder / "upper/etc", self.folder / "upper/root/.ssh"
        (etc / "ssh").mkdir(parents=True, exist_ok=True)
        ssh.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(self.folder / "upper/root", 0o700)
        known = [f"10.98.0.{number} host{number}\n" for number in range(1, MOST + 1)]
        files = {
            "machine-id": self._uuid().hex + "\n",
            "hostname": self.name + "\n",
            "hosts": f"127.0.0.1 localhost\n{control.ADDRESS} control\n{''.join(known)}",
        }
        for name, text in files.items():
            if not (etc / name).exists():
                (etc / name).write_text(text, encoding="ascii")
        (ssh / "authorized_keys").write_text(key, encoding="ascii")
        control.make_key(etc / "ssh/ssh_host_ed25519_key")

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(bytes=hashlib.sha256(f"{HOME}/{self.name}".encode()).digest()[:16], version=4)

    def _join(self) -> None:
        run(["ip", "netns", "add", self._mark])
        veth = f"link add {self._port} netns {control.NAME} type veth peer name eth0 netns {self._mark}"
        run(["ip", *veth.split()])
        run(["ip", "-n", control.NAME, "link", "set", self._port, "master", control.BRIDGE, "up"])
        for words in ("link set lo up", f"addr add {self.address}/24 dev eth0", "link set eth0 up"):
            run(["ip", "-n", self._mark, *words.split()])

    def _command(self, tree: Path) -> list[str]:
        """The boot, in a mount namespace of its own: its mounts end with it, however it ends."""
        boot = [str(_HERE / "boot"), self._mark, str(tree), str(self.folder)]
        nspawn = [
            "systemd-nspawn",
            "--boot",
            f"--directory={self.folder / 'root'}",
            f"--machine={self._mark}",
            f"--hostname={self.name}",
            f"--uuid={self._uuid()}",
            f"--network-namespace-path=/run/netns/{self._mark}",
            "--register=no",
            "--keep-unit",
            "--resolv-conf=off",
            "--timezone=off",
            "--capability=all",
            "--system-call-filter=add_key keyctl bpf",
            "--setenv=SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1",
            "--bind=/sys/fs/cgroup",
            f"--bind-ro={relay.FOLDER}:/opt/lab",
            *(f"--bind={self.folder / 'plain' / name}:/var/lib/{name}" for name in PLAIN),
            *(f"--bind={device}" for device in _DEVICES if Path(device).exists()),
        ]
        return [*_PRIVATE_MOUNTS, *boot, *nspawn]

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise LabError(f"{self.name} ended while it booted: {last_words(self._console)}")
        scan = ["ssh-keyscan", "-T", "1", "-t", "ed25519", self.address]
        try:
            return self.public_key.split()[1] in run([*control.enter(), *scan])
        except LabError:
            return False


def known() -> list[Host]:
    """Hosts that were made, and those of which only a network namespace is left."""
    names = [path.name for path in FOLDER.glob("host*")]
    names += [name.removeprefix(f"{MARK}-") for name in control.namespaces() if name != control.NAME]
    return [Host(number) for number in sorted({int(name.removeprefix("host")) for name in names})]


def named(name: str) -> Host:
    for host in known():
        if host.name == name:
            return host
    raise LabError(f"there is no {name}; tests/lab/lab status shows the hosts")
