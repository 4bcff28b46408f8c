# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a storage pool."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the pool.
    type: str
    required: true
  state:
    description:
      - V(active) means that libvirt has the pool, and its volumes can be used.
      - V(inactive) means that it is defined and stopped. It is refused while a running vm uses a volume of it.
      - V(absent) makes libvirt forget the pool. What is in it stays, whatever its type. It is refused while a vm has a
        volume of it.
    type: str
    choices: [active, inactive, absent]
    default: active
  type:
    description:
      - What the pool is, in libvirt's words. A pool that is created without this option is a V(dir).
      - V(dir) is a folder, on btrfs as on any other file system. V(fs) is a file system on a block device, V(netfs) one
        of a server (NFS, CIFS, GlusterFS); both are mounted on O(target).
      - V(logical) is a volume group of LVM, V(disk) a disk with a partition table, V(zfs) a pool of ZFS.
      - V(iscsi) and V(iscsi-direct) are targets of iSCSI, with the kernel's initiator or QEMU's own. V(scsi) is a host
        adapter, V(mpath) the host's multipath devices.
      - V(rbd) is a pool of Ceph, V(gluster) a volume of GlusterFS without a mount.
    type: str
    choices: [dir, fs, netfs, logical, disk, iscsi, iscsi-direct, scsi, mpath, rbd, gluster, zfs]
  source:
    description:
      - What the pool is on. A change of it needs the pool to be stopped, which O(allow_disruption=restart) permits.
    type: dict
    suboptions:
      devices:
        description:
          - "The block device of V(fs) and V(disk), the physical volumes of V(logical) and V(zfs), the name of an iSCSI
            target (C(iqn.2026-01.com.example:disks)). Paths are best those of C(/dev/disk/by-id)."
        type: list
        elements: str
        aliases: [device]
      hosts:
        description: The servers of V(netfs), V(iscsi), V(rbd) and V(gluster).
        type: list
        elements: dict
        suboptions:
          name:
            description: Its name or address.
            type: str
            required: true
          port:
            description: Its port, where it is not the protocol's own.
            type: int
      dir:
        description: The exported folder of V(netfs), the folder within a volume of V(gluster).
        type: str
      name:
        description:
          - The volume group of V(logical), by default the name of the pool; the pool of V(rbd) or V(zfs), the volume of
            V(gluster).
        type: str
        aliases: [vg]
      format:
        description:
          - The file system of V(fs) such as V(ext4) or V(xfs), by default whatever is there. libvirt knows btrfs by
            itself, and cannot make it.
          - The protocol of V(netfs), V(nfs) or V(cifs) or V(glusterfs). The partition table of V(disk), such as V(gpt).
        type: str
      protocol_version:
        description: The version of NFS.
        type: str
      adapter:
        description: The host adapter of V(scsi).
        type: dict
        suboptions:
          type:
            description: What it is. With O(source.adapter.wwnn) it is V(fc_host), otherwise V(scsi_host).
            type: str
            choices: [scsi_host, fc_host]
          name:
            description: The name of a V(scsi_host), as in V(scsi_host1).
            type: str
          parent:
            description: The parent of a V(fc_host).
            type: str
          wwnn:
            description: The world wide node name of a V(fc_host).
            type: str
          wwpn:
            description: The world wide port name of a V(fc_host).
            type: str
          managed:
            description: Whether libvirt removes the virtual adapter with the pool's end.
            type: bool
      initiator:
        description: The name of the initiator, for V(iscsi) and V(iscsi-direct).
        type: str
      auth:
        description: How libvirt shows who it is, to a target of iSCSI (CHAP) or to Ceph.
        type: dict
        suboptions:
          username:
            description: The user.
            type: str
            required: true
          secret:
            description: The secret of libvirt that holds the password, which is not an option here.
            type: dict
            required: true
            suboptions:
              usage:
                description: What the secret is for, as it was defined.
                type: str
              uuid:
                description: Its UUID.
                type: str
  target:
    description:
      - Where the volumes are on the host. Either a path, or a dictionary of C(path), C(owner), C(group) and C(mode) of
        the folder, the mode in quotes. Of V(fs) and V(netfs) they are those of what is mounted there.
      - A pool of type V(dir), V(fs) or V(netfs) needs one. The others have their own, or none.
      - A folder that is missing is made with the pool. Where it goes away later, the run is refused, so that no pool
        begins anew in an empty folder because a file system is not mounted.
    type: raw
  cow:
    description:
      - Whether files on btrfs are copied on write. libvirt turns that off for a folder that it makes, so that images
        stay fast; then no file of it can share its blocks with a copy.
      - It counts when the pool is built.
    type: bool
  build:
    description:
      - What may be made where the pool's volumes are to be, when it is created.
      - With V(auto), a folder that is missing; and on devices that hold nothing at all, the file system, partition
        table or volume group. What holds something is never written to.
      - With V(never), nothing.
      - With V(overwrite), the file system, partition table or volume group whatever the devices hold. B(Their content
        is lost), each time that the pool is created.
    type: str
    choices: [auto, never, overwrite]
    default: auto
  refresh:
    description:
      - Have libvirt look for volumes again. Where volumes are files it does so by itself, when some came or went.
      - It is an act, and reported as a change each time.
    type: bool
    default: false
  autostart:
    description:
      - Whether libvirt starts the pool with the host. A pool that is created without this option is.
    type: bool
"""
