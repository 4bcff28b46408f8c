# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a disk."""

    DOCUMENTATION = r"""
options:
  path:
    description:
      - The image file. A relative path is in C(/var/lib/libvirt/images).
      - Its folder is made where it is missing.
    type: str
    required: true
    aliases: [name]
  state:
    description:
      - V(present) means that the image exists. It is made from O(source), over O(backing_file), or empty with O(size).
      - V(absent) removes it. This is refused while something has it open, while a vm is defined with it, running or
        not, and while an overlay beside it or in C(/var/lib/libvirt/images) has it as its backing file.
    type: str
    choices: [present, absent]
    default: present
  size:
    description:
      - What a guest sees, such as V(40G). Rounded up to 512 bytes, as QEMU does.
      - An image that is smaller is grown, also while a vm of this libvirt runs on it, but not while something else has
        it open, or rests on it. A size is shrunk with O(allow_shrink) only.
      - By default that of O(source) or O(backing_file).
    type: str
  format:
    description:
      - The format of the image. By default that of O(source), or V(qcow2).
      - An image that exists keeps its format. Asking for another is refused.
    type: str
    choices: [qcow2, raw]
  backing_file:
    description:
      - The image that this one is an overlay on. A relative path is in C(/var/lib/libvirt/images).
      - The overlay holds what is written since, so the backing file must stay as it is. The image keeps its path and
        format.
      - Its digest is noted on each overlay, where the file system keeps extended attributes of users, and a vm does not
        start on one whose backing file is another by then. The first overlay reads it as a whole for that.
      - An image that rests on another one, or on none, comes to rest on this one as O(rebase) says. With V("") it comes
        to rest on nothing, holding all by itself, also while a vm of this libvirt runs on it.
      - A backing file that is missing, part of a loop, or being written to is refused.
    type: str
  source:
    description:
      - What a new image is a copy of. A local path, or an C(http) or C(https) URL.
      - It must be qcow2 or raw, and may be packed by xz, gzip, bzip2 or zstd (this one with the command C(zstd)). It is
        converted where O(format) or the options of its layout ask for it, else copied as it is, where the file system
        can by sharing blocks.
      - One that names another file of the host, as its backing file or data file, is refused unless
        O(allow_foreign_backing).
      - One on which a vm of this libvirt runs is copied as it is at one moment, with all that is below it, as after a
        power cut.
      - An image that exists is not fetched again, even if the source has changed.
    type: str
  checksum:
    description:
      - What O(source) must be, before it is unpacked, as V(sha256:) or V(sha512:) and hexadecimal digits. Or after the
        colon the URL of a list of them, as C(sha256sum) writes it or in BSD's form, in which the source is found by its
        file name.
      - What was downloaded and has a checksum is kept in C(/var/cache/hybrid.host), and is not downloaded again. It may
        be removed from there at any time.
    type: str
  preallocation:
    description:
      - How much of a new image is laid out at once. It is not compared with an image that exists.
    type: str
    choices: ["off", metadata, falloc, full]
  cluster_size:
    description:
      - The cluster size of a new qcow2 image, a power of two from 512 bytes to V(2M). Asking for another than an image
        has is refused.
    type: str
  compat:
    description:
      - The version of the qcow2 format. It is changed in place.
    type: str
    choices: ["0.10", "1.1"]
  lazy_refcounts:
    description:
      - Whether reference counts may lag behind, which makes writing faster. It is changed in place.
    type: bool
  compression_type:
    description:
      - How clusters are compressed, where they are. Asking for another than an image has is refused.
    type: str
    choices: [zlib, zstd]
  extended_l2:
    description:
      - Whether clusters have parts that are taken one by one. Asking for another than an image has is refused.
    type: bool
  encryption:
    description:
      - How the content of a qcow2 image is encrypted. Asking for another than an image has is refused.
      - An overlay on an encrypted image has the same passphrase, and an image is not committed to one that is not
        encrypted. Whatever is changed in an image that no vm runs on needs the passphrase; so does O(check).
    type: dict
    suboptions:
      format:
        description: V(luks), or V(none) for an image that must not be encrypted.
        type: str
        choices: [luks, none]
        default: luks
      passphrase:
        description: What opens the image. It is not compared with that of an image that exists.
        type: str
  allow_shrink:
    description:
      - Whether O(size) may be less than an image has. It is refused where content is beyond the new end, and while
        something has the image open.
    type: bool
    default: false
  rebase:
    description:
      - How an image comes to rest on another O(backing_file). With V(safe) its content stays the same, and what differs
        below is written to it.
      - With V(unsafe) only the name is written, for a backing file that was moved. It must be the one of before, by the
        digest that is noted on the image, or else by its size and format.
    type: str
    choices: [safe, unsafe]
    default: safe
  commit:
    description:
      - Give what the image holds to its backing file, and empty it. The backing file grows where it is smaller. Nothing
        is done while the image holds nothing.
      - A vm of this libvirt that runs on the image goes on with the backing file and is defined with that from then on.
      - Refused where something else rests on the backing file.
    type: bool
    default: false
  compact:
    description:
      - Rewrite the image when it wastes more than O(compact_threshold). That takes room for a second one meanwhile.
      - The diff has what the image takes, and about what it will take; the result what it takes afterwards.
      - Refused while something has the image open, and where it has snapshots or bitmaps inside, which would be lost.
    type: bool
    default: false
  compact_threshold:
    description:
      - How much of what the image takes must be waste, as a size such as V(2G), or as a share such as V(10%), which
        counts from 1 MiB on.
    type: str
    default: 10%
  repair:
    description:
      - Have QEMU check the image and repair what it finds, V(leaks) or V(all). That may lose what cannot be read.
    type: str
    choices: [leaks, all]
  check:
    description:
      - Have QEMU check the image, which reads all of its metadata. What it finds is in the result; errors fail, leaks
        do not. An image that is being written to is not checked.
    type: bool
    default: false
  allow_foreign_backing:
    description:
      - Whether O(source) may name other files of the host, as its backing file or data file. What these hold is then
        copied with it, so allow it only for images that you trust.
    type: bool
    default: false
  owner:
    description:
      - The user who owns the file. It is not compared while something has the image open, since libvirt gives the
        images of a running vm to QEMU's user.
    type: str
  group:
    description:
      - The group that owns the file, compared like O(owner).
    type: str
  mode:
    description:
      - The file's permissions, in quotes, such as V('0640'). A new image without this option gets V('0600').
    type: raw
  selinux_context:
    description:
      - The file's SELinux context, such as V(system_u:object_r:virt_image_t:s0), compared like O(owner). Refused on a
        host without SELinux.
    type: str
  job_timeout:
    description:
      - How long a job on the disk of a running vm may take, such as V(90s) or V(4h). At its end the job is ended, and
        the vm goes on as before.
    type: str
    default: 1h
"""
