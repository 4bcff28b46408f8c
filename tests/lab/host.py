"""One host of the lab: a whole Debian with systemd, in namespaces of its own, on the lab's bridge."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import uuid
from pathlib import Path

import root
from steps import HOME, MARK, Daemon, LabError, run, say, wait_for

CONTROL = f"{MARK}-control"
#: Where engines keep images and containers: on a plain file system, since overlays do not sit on overlays.
PLAIN = ("docker", "containerd", "containers", "libvirt")


def netns_exists(name: str) -> bool:
    return Path("/run/netns", name).exists()


def control_up() -> None:
    """The namespace with the bridge that joins the hosts; it reaches all of them, and Ansible runs in it."""
    if netns_exists(CONTROL):
        return
    run(["ip", "netns", "add", CONTROL])
    for words in (
        "link set lo up",
        "link add lan type bridge",
        "link set lan up",
        "addr add 10.98.0.254/24 dev lan",
    ):
        run(["ip", "-n", CONTROL, *words.split()])


class Host:
    """Host number ``number``, 10.98.0.``number``."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = f"host{number}"
        self.address = f"10.98.0.{number}"
        self.folder = HOME / "hosts" / self.name
        self._netns = f"{MARK}-{self.name}"
        self._daemon = Daemon(self.folder / "nspawn.pid", f"--machine={self._netns}")

    @property
    def release(self) -> str:
        """Its Debian release; empty before it was made."""
        path = self.folder / "release"
        return path.read_text(encoding="ascii") if path.exists() else ""

    def init(self) -> int | None:
        """The process id of the systemd inside, while the host runs."""
        pid = self._daemon.pid()
        if pid is None:
            return None
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def up(self, release: str, key: str) -> None:
        """Boots the host unless it runs, and waits for its sshd."""
        if self.init() is not None:
            return
        self.down(forget=self.release not in ("", release))
        say(f"booting {self.name} ({release})")
        tree = root.tree(release)
        for name in ("upper", "work", "root", *(f"plain/{name}" for name in PLAIN)):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "release").write_text(release, encoding="ascii")
        self._write_identity(key)
        self._join()
        environment = {"SYSTEMD_NSPAWN_API_VFS_WRITABLE": "yes", "SYSTEMD_NSPAWN_USE_CGNS": "0"}
        self._daemon.start(self._command(tree), self.folder / "console.log", environment)
        wait_for(self._answers, 30, f"the start of {self.name} (see {self.folder / 'console.log'})")

    def down(self, *, forget: bool = True) -> None:
        """Ends the host and, with ``forget``, all that it wrote. Repairs what a kill left behind."""
        init = self.init()
        if init is not None:
            os.kill(init, signal.SIGKILL)
            wait_for(lambda: self.init() != init, 10, f"the end of {self.name}")
        self._daemon.stop(signal.SIGKILL)
        self._end_strays()
        if netns_exists(self._netns):
            run(["ip", "netns", "delete", self._netns])
        if forget:
            shutil.rmtree(self.folder, ignore_errors=True)

    def enter(self) -> list[str]:
        """The words before a command that runs on the host."""
        init = self.init()
        if init is None:
            raise LabError(f"{self.name} is not running; tests/lab/lab up starts it")
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        inside = ["nsenter", "-t", str(init), "-m", "-n", "-p", "-u", "-i", "-r", "-w"]
        return [*inside, "env", "-i", path, "HOME=/root", "LANG=C.UTF-8"]

    def _write_identity(self, key: str) -> None:
        """Its machine id, the same whenever this lab makes this host, and the key that may log in."""
        etc, ssh = self.folder / "upper/etc", self.folder / "upper/root/.ssh"
        etc.mkdir(parents=True, exist_ok=True)
        ssh.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(self.folder / "upper/root", 0o700)
        (etc / "machine-id").write_text(self._uuid().hex + "\n", encoding="ascii")
        (etc / "hostname").write_text(self.name + "\n", encoding="ascii")
        known = [f"10.98.0.{n} host{n}\n" for n in range(1, 10)]
        (etc / "hosts").write_text("127.0.0.1 localhost\n" + "".join(known), encoding="ascii")
        (ssh / "authorized_keys").write_text(key, encoding="ascii")

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(bytes=hashlib.sha256(f"{HOME}/{self.name}".encode()).digest()[:16], version=4)

    def _join(self) -> None:
        port = f"v{self.number}"
        if netns_exists(self._netns):
            run(["ip", "netns", "delete", self._netns])
        run(["ip", "netns", "add", self._netns])
        veth = f"link add {port} netns {CONTROL} type veth peer name eth0 netns {self._netns}"
        run(["ip", *veth.split()])
        run(["ip", "-n", CONTROL, "link", "set", port, "master", "lan", "up"])
        for words in ("link set lo up", f"addr add {self.address}/24 dev eth0", "link set eth0 up"):
            run(["ip", "-n", self._netns, *words.split()])

    def _command(self, tree: Path) -> list[str]:
        """The boot, in a mount namespace of its own: its mounts end with it, however it ends."""
        nspawn = [
            "systemd-nspawn",
            "--boot",
            f"--directory={self.folder / 'root'}",
            f"--machine={self._netns}",
            f"--hostname={self.name}",
            f"--uuid={self._uuid()}",
            f"--network-namespace-path=/run/netns/{self._netns}",
            "--register=no",
            "--keep-unit",
            "--resolv-conf=off",
            "--timezone=off",
            "--capability=all",
            "--system-call-filter=add_key keyctl bpf",
            "--setenv=SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1",
            "--bind=/sys/fs/cgroup",
            f"--bind={HOME / 'relay'}:/opt/lab",
            *(f"--bind={self.folder / 'plain' / name}:/var/lib/{name}" for name in PLAIN),
            *(f"--bind={device}" for device in _devices()),
        ]
        boot = str(Path(__file__).with_name("boot"))
        return ["unshare", "--mount", "--propagation=private", boot, str(tree), str(self.folder), *nspawn]

    def _answers(self) -> bool:
        if self._daemon.pid() is None:
            raise LabError(f"{self.name} ended while it booted; see {self.folder / 'console.log'}")
        probe = ["nsenter", f"--net=/run/netns/{CONTROL}", "timeout", "1", "bash", "-c"]
        try:
            run([*probe, f"exec 3<>/dev/tcp/{self.address}/22 && head -c 4 <&3"])
        except LabError:
            return False
        return True

    def _end_strays(self) -> None:
        """A killed nspawn leaves the systemd inside running: whatever still lives in the host's namespace is ended."""
        if not netns_exists(self._netns):
            return
        strays = run(["ip", "netns", "pids", self._netns]).split()
        for pid in strays:
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                continue
        wait_for(lambda: not run(["ip", "netns", "pids", self._netns]).split(), 10, f"the end of {self.name}")


def _devices() -> list[str]:
    loops = sorted(str(path) for path in Path("/dev").glob("loop*"))
    return [name for name in ("/dev/net/tun", "/dev/kvm", "/dev/fuse", *loops) if os.path.exists(name)]
