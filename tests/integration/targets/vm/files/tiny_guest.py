"""tiny_guest FOLDER: makes FOLDER/vmlinuz and FOLDER/initrd, a guest of Debian's cloud kernel, busybox and the agent.

It boots from memory in seconds, asks for an address or takes that of address=ADDRESS/LENGTH on its command line, greets
the first address of that subnet, serves HTTP on port 8080, mounts nothing, powers off when asked.
"""

from __future__ import annotations

import lzma
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

KERNEL = "linux-image-cloud-amd64"
# In the order in which they need one another; what a kernel has built in is passed over.
MODULES = (
    "virtio_ring",
    "virtio",
    "virtio_pci_legacy_dev",
    "virtio_pci_modern_dev",
    "virtio_pci",
    "virtio_blk",
    "failover",
    "net_failover",
    "virtio_net",
    "virtio_console",
    "virtio_balloon",
    "scsi_common",
    "scsi_mod",
    "sd_mod",
    "virtio_scsi",
    "fuse",
    "virtiofs",
    "button",
    "evdev",
)
AGENT = "usr/sbin/qemu-ga"
INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /bin /sbin /usr/bin /usr/sbin /var/log /var/run
/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in /modules/*; do insmod "$module"; done
ip link set lo up
address=$(sed -n 's/.*address=\\([^ ]*\\).*/\\1/p' /proc/cmdline)
if [ "$address" ]; then
    ip link set eth0 up
    ip address add "$address" dev eth0
    ping -c 1 -W 5 "${address%.*}.1"
elif [ -e /sys/class/net/eth0 ]; then
    udhcpc -b -t 30 -T 1 -i eth0 -s /etc/lease
fi
httpd -p 8080 -h /www
acpid
for port in /sys/class/virtio-ports/*; do
    [ "$(cat "$port/name")" = org.qemu.guest_agent.0 ] && qemu-ga -d -m virtio-serial -p "/dev/${port##*/}"
done
echo "tiny guest is up"
while true; do sleep 60; done
"""
LEASE = """#!/bin/busybox sh
case "$1" in
deconfig) ip link set "$interface" up ;;
bound | renew) ip address replace "$ip/$mask" dev "$interface" ;;
esac
"""
OFF = "#!/bin/busybox sh\npoweroff -f\n"


def main() -> int:
    folder = Path(sys.argv[1])
    if (folder / "initrd").exists():
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        packages = unpacked(Path(scratch))
        root = Path(scratch) / "root"
        lay_out(packages, root)
        add_agent(packages, root)
        shutil.copy(next((packages / "boot").glob("vmlinuz-*")), folder / "vmlinuz")
        archive(root, folder / "initrd")
    return 0


def unpacked(scratch: Path) -> Path:
    """A folder with the files of the kernel's, busybox's and the agent's packages."""
    depends = run("apt-cache", "depends", KERNEL)
    kernel = next(line.split()[-1] for line in depends.splitlines() if "Depends: linux-image" in line)
    subprocess.run(
        ["apt-get", "download", kernel, "busybox-static", "qemu-guest-agent"], check=True, cwd=scratch
    )
    packages = scratch / "packages"
    for package in scratch.glob("*.deb"):
        run("dpkg-deb", "-x", str(package), str(packages))
    return packages


def lay_out(packages: Path, root: Path) -> None:
    busybox = next(path for path in packages.rglob("bin/busybox") if path.is_file())
    files = {"init": INIT, "etc/lease": LEASE, "etc/acpi/PWRF/00000080": OFF, "www/index.html": "tiny\n"}
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    (root / "bin").mkdir()
    shutil.copy(busybox, root / "bin/busybox")
    (root / "modules").mkdir()
    for number, name in enumerate(MODULES):
        for source in packages.rglob(f"{name.replace('_', '[_-]')}.ko*"):
            packed = source.read_bytes()
            plain = lzma.decompress(packed) if source.suffix == ".xz" else packed
            (root / "modules" / f"{number:02}-{name}.ko").write_bytes(plain)


def add_agent(packages: Path, root: Path) -> None:
    """The agent, with the libraries that it has on this host, where they are."""
    shutil.copy(packages / AGENT, root / "bin/qemu-ga")
    for library in re.findall(r"(/\S+) \(0x", run("ldd", str(packages / AGENT))):
        (root / library[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library[1:])


def archive(root: Path, target: Path) -> None:
    names = "\n".join(str(path.relative_to(root)) for path in [*sorted(root.rglob("*"))])
    with target.open("wb") as initrd:
        subprocess.run(
            [root / "bin/busybox", "cpio", "-o", "-H", "newc"],
            input=names.encode(),
            stdout=initrd,
            stderr=subprocess.DEVNULL,
            check=True,
            cwd=root,
        )


def run(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
