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
      - V(absent) removes it. This is refused while something has it open, and while an overlay beside it or in
        C(/var/lib/libvirt/images) has it as its backing file.
    type: str
    choices: [present, absent]
    default: present
  size:
    description:
      - What a guest sees, such as V(40G). Rounded up to 512 bytes, as QEMU does.
      - An image that is smaller is grown, unless something has it open or rests on it. A size is never shrunk.
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
      - A backing file that is missing, part of a loop, or being written to is refused.
    type: str
  source:
    description:
      - What a new image is a copy of. A local path, or an C(http) or C(https) URL.
      - It must be qcow2 or raw, and is converted where O(format), O(cluster_size) or O(preallocation) ask for it. One
        that names another file of the host, as its backing file or data file, is refused.
      - An image that exists is not fetched again, even if the source has changed.
    type: str
  checksum:
    description:
      - What O(source) must be, as V(sha256:) or V(sha512:) and hexadecimal digits.
    type: str
  cluster_size:
    description:
      - The cluster size of a new qcow2 image, a power of two from 512 bytes to V(2M). Asking for another than an image
        has is refused.
    type: str
  preallocation:
    description:
      - How much of a new image is laid out at once. It is not compared with an image that exists.
    type: str
    choices: ["off", metadata, falloc, full]
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
"""
