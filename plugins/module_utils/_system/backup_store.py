# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of backups on this host (``_model.backup_store.BackupStore``)."""

from __future__ import annotations

import contextlib
import dataclasses
import glob
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence

from .._core.errors import ApplyFailed, Refused
from .._model.backup_plan import ancestors
from .._model.backup_store import HALF
from .._model.vm_backup import BackupDisk, VmBackup
from . import backup_images, backup_manifest
from .file_access import private
from .image_file import CREATED, mark, read_image
from .whole_file import replacing, sole_writer

# As ``HALF``, while it is half removed.
_GONE = ".gone+"
_RESTORED = "user.hybrid.host.restored"
_ELSEWHERE = "Say another place (restore_to, restore_disks)"
_DOMAINS = ("/var/lib/libvirt/qemu", "~/.config/libvirt/qemu/lib", "~/.local/share/libvirt/qemu")


class LocalBackups:
    """Each backup is a folder with its manifest; what begins with a dot is still to become one, or was one."""

    def __init__(self, path: str) -> None:
        self._path = path

    def backups(self, vm: str) -> Sequence[VmBackup]:
        try:
            names = sorted(os.listdir(self._path))
        except OSError:
            return ()
        read = (backup_manifest.read(os.path.join(self._path, name)) for name in names if name[0] != ".")
        found = [backup for backup in read if backup is not None and backup.vm == vm]
        above: dict[str, list[str]] = {}
        for backup in found:
            above.setdefault(backup.parent or "", []).append(backup.label)
        found.sort(key=lambda backup: (backup.created or "", backup.label))
        return [dataclasses.replace(b, children=tuple(above.get(b.label, ())) or None) for b in found]

    def check_free(self, backup: VmBackup) -> None:
        folder = self._folder(backup)
        if not os.path.lexists(folder):
            return
        there = backup_manifest.read(folder)
        whose = f"a backup of vm {there.vm}" if there else "no backup"
        raise Refused(f"{folder} is there and is {whose}", hint="Give each vm a path of its own.")

    def left(self, vm: str) -> Sequence[str]:
        beginnings = tuple(f"{beginning}{vm}+" for beginning in (HALF, _GONE))
        try:
            return sorted(name for name in os.listdir(self._path) if name.startswith(beginnings))
        except OSError:
            return ()

    def clear(self, vm: str) -> None:
        for name in self.left(vm):
            _remove_tree(os.path.join(self._path, name))

    def begin(self, backup: VmBackup) -> str:
        half = self._hidden(HALF, backup)
        try:
            os.makedirs(self._path, mode=0o711, exist_ok=True)
            os.mkdir(half)
            os.chmod(half, 0o711)
        except OSError as error:
            raise ApplyFailed(f"make the folder {half}", cause=error.strerror or "") from None
        return half

    def create(self, folder: str, disk: BackupDisk) -> str:
        return backup_images.create(folder, disk)

    def copy(self, folder: str, disks: Sequence[BackupDisk], seconds: float) -> None:
        backup_images.copy_all(folder, disks, seconds)

    def socket_folder(self, domain: int) -> str:
        for place in _DOMAINS:
            found = glob.glob(os.path.join(os.path.expanduser(place), f"domain-{domain}-*"))
            if found:
                return found[0]
        raise Refused("no folder of the vm's QEMU is found on this host", hint="Take method: push.")

    def pull(self, image: str, disk: BackupDisk, export: Mapping[str, object], seconds: float) -> None:
        backup_images.pull(image, disk, export, seconds)

    def keep_file(self, folder: str, name: str, source: str) -> BackupDisk:
        with _telling(f"copy {source}"):
            _copy(source, os.path.join(folder, name))
        return BackupDisk(target=name, file=name, format="raw", source=source)

    def finish(self, folder: str, backup: VmBackup) -> VmBackup:
        with _telling(f"finish {folder}"):
            nvram = _sealed(folder, backup.nvram) if backup.nvram else None
            disks = tuple(_sealed(folder, disk) for disk in backup.disks or ())
            whole = dataclasses.replace(backup, disks=disks, nvram=nvram)
            manifest = os.path.join(folder, backup_manifest.NAME)
            with open(manifest, "w", encoding="utf-8", opener=private) as file:
                file.write(backup_manifest.written(whole))
                file.flush()
                os.fsync(file.fileno())
        if backup.verify:
            self._verify(folder, whole)
        with _telling(f"finish {folder}"):
            os.chmod(folder, 0o700)
            _sync(folder)
            os.rename(folder, self._folder(backup))
            _sync(self._path)
        return whole

    def remove(self, backup: VmBackup) -> None:
        gone = self._hidden(_GONE, backup)
        with _telling(f"remove {self._folder(backup)}"), contextlib.suppress(FileNotFoundError):
            os.rename(self._folder(backup), gone)
            _sync(self._path)
        _remove_tree(gone)

    def verify(self, backup: VmBackup) -> None:
        by_label = {other.label: other for other in self.backups(backup.vm or "")}
        for label in (backup.label, *ancestors(backup, by_label)):
            if label not in by_label:
                raise Refused(f"{label}, on which it rests, is missing", hint="Take a new backup.")
            self._verify(self._folder(by_label[label]), by_label[label])

    def check_places(self, backup: VmBackup, places: Mapping[str, str]) -> None:
        overwrite = bool(backup.restore and backup.restore.overwrite)
        for disk in backup.disks or ():
            place = places[disk.target]
            if overwrite and os.path.lexists(place):
                _check_replaceable(place)
            elif os.path.lexists(place) and not _is_from(backup, disk, place):
                raise Refused(f"{place} is there", hint=f"{_ELSEWHERE}, or overwrite: true.")

    def restore(self, backup: VmBackup, places: Mapping[str, str]) -> None:
        for disk in backup.disks or ():
            place = places[disk.target]
            with _telling(f"restore {place}"):
                os.makedirs(os.path.dirname(place), mode=0o711, exist_ok=True)
            with sole_writer(place):
                if _is_from(backup, disk, place):
                    continue
                self.check_places(dataclasses.replace(backup, disks=(disk,)), places)
                with replacing(place) as temporary:
                    backup_images.put_back(self._file(backup, disk), temporary, disk.format)
                    os.chmod(temporary, 0o600)
                    _mark_restored(temporary, backup, disk)

    def restore_file(self, backup: VmBackup, file: BackupDisk, path: str) -> None:
        with sole_writer(path), replacing(path) as temporary:
            _copy(self._file(backup, file), temporary)

    def _verify(self, folder: str, backup: VmBackup) -> None:
        for held in (*(backup.disks or ()), *([backup.nvram] if backup.nvram else ())):
            path = os.path.join(folder, held.file)
            with _telling(f"read {path}"):
                digest = backup_images.sha256(path) if os.path.exists(path) else "none"
            wrong = None if digest == held.sha256 else "its digest is not the one in the manifest"
            if wrong is None and held is not backup.nvram:
                wrong = backup_images.damage(path)
            if wrong:
                raise Refused(
                    f"{backup.label} is damaged: {held.file}: {wrong}", hint="Take a new, full backup."
                )

    def _folder(self, backup: VmBackup) -> str:
        return os.path.join(self._path, backup.label)

    def _file(self, backup: VmBackup, held: BackupDisk) -> str:
        return os.path.join(self._folder(backup), held.file)

    def _hidden(self, beginning: str, backup: VmBackup) -> str:
        return os.path.join(self._path, f"{beginning}{backup.vm}+{backup.label}")


def _check_replaceable(path: str) -> None:
    """A link or a device is somebody's way to something else. QEMU's tools have images open without a vm."""
    if os.path.islink(path) or not os.path.isfile(path):
        raise Refused(f"{path} is not a regular file", hint=f"{_ELSEWHERE}.")
    image = read_image(path)
    if image is not None and image.in_use:
        raise Refused(f"{path} is in use", hint="Stop what uses it first.")


@contextlib.contextmanager
def _telling(tried: str) -> Iterator[None]:
    """What the file system refuses becomes ``ApplyFailed``."""
    try:
        yield
    except OSError as error:
        raise ApplyFailed(tried, cause=error.strerror or str(error)) from None


def _copy(source: str, target: str) -> None:
    """A file that is never anybody else's to read. Raises ``OSError``."""
    with open(source, "rb") as read, open(target, "wb", opener=private) as written:
        shutil.copyfileobj(read, written)


def _sealed(folder: str, held: BackupDisk) -> BackupDisk:
    """On the disk, this user's alone, with its digest. Raises ``OSError``."""
    path = os.path.join(folder, held.file)
    os.chown(path, os.geteuid(), os.getegid())
    os.chmod(path, 0o600)
    _sync(path)
    return dataclasses.replace(held, bytes=os.stat(path).st_size, sha256=backup_images.sha256(path))


def _mark_restored(path: str, backup: VmBackup, disk: BackupDisk) -> None:
    """Where the file system keeps no attributes, a restore that was killed has to be asked to overwrite."""
    with contextlib.suppress(ApplyFailed):
        mark(path, CREATED, disk.format)
        mark(path, _RESTORED, _origin(path, backup, disk))


def _is_from(backup: VmBackup, disk: BackupDisk, path: str) -> bool:
    """Whether a file was restored from this backup, and not written to since."""
    try:
        return os.getxattr(path, _RESTORED).decode("utf-8", "replace") == _origin(path, backup, disk)
    except OSError:
        return False


def _origin(path: str, backup: VmBackup, disk: BackupDisk) -> str:
    return f"{backup.name} {disk.target} {disk.sha256} {os.stat(path).st_mtime_ns}"


def _remove_tree(path: str) -> None:
    with _telling(f"remove {path}"), contextlib.suppress(FileNotFoundError):
        shutil.rmtree(path)


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
