# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a vm."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the vm. At most 63 letters, digits, dots, dashes and underscores.
      - A vm with another name, made by another tool, can still be removed.
    type: str
    required: true
  state:
    description:
      - V(running), V(paused) and V(stopped) define the vm and bring it there. V(stopped) asks the guest to power off.
      - V(present) defines the vm and leaves its power alone.
      - V(absent) stops the vm and removes its definition, its cloud-init seed and its address reservations. Its
        disks stay
        unless O(delete_disks) says otherwise.
    type: str
    choices: [present, running, stopped, paused, absent]
    default: running
  title:
    description: A short text. The empty text removes it.
    type: str
  description:
    description: A longer text. The empty text removes it.
    type: str
  memory:
    description:
      - The memory of the guest, such as V(2G), rounded up to whole MiB. A new vm gets V(1G).
      - A running vm gets it with the next start, or at once where O(max_memory) leaves room.
    type: str
  max_memory:
    description: The most memory that the running vm can be given. A new vm has as much as O(memory).
    type: str
  vcpus:
    description: The number of virtual processors. A new vm gets one.
    type: int
  cpu:
    description:
      - The processor that the guest sees. A new vm gets V(host-passthrough) with KVM and V(maximum) without.
    type: dict
    suboptions:
      mode:
        description: The mode, in libvirt's words.
        type: str
        choices: [host-passthrough, host-model, maximum, custom]
      model:
        description: A model such as V(Skylake-Server), which means mode V(custom).
        type: str
  virt_type:
    description:
      - V(kvm) uses hardware virtualization, V(qemu) emulates.
      - V(auto) is V(kvm) where C(/dev/kvm) opens and the processor has vmx or svm, else V(qemu), with a warning.
        It is
        what a new vm gets, and it leaves an existing vm as it is.
      - Another value makes another machine of the vm, see O(machine).
    type: str
    choices: [auto, kvm, qemu]
  arch:
    description: The architecture, such as V(x86_64). A new vm gets that of the host.
    type: str
  machine:
    description:
      - The machine type, such as V(q35), V(pc), or a version such as V(pc-q35-7.2). V(q35) is the same as any
        version of it.
      - Another machine is a replacement. The vm is shut down, defined anew with the same name, addresses and
        disks, and
        started.
    type: str
  firmware:
    description:
      - V(efi) needs the firmware's package on the host, such as C(ovmf).
      - A new vm has V(bios). Another firmware is a replacement, as with O(machine).
    type: str
    choices: [bios, efi]
  os:
    description:
      - The guest's system, which decides on the devices that a new vm gets where nothing else is said. One of
        V(generic),
        V(legacy) for systems without virtio drivers, V(centos7), or a name that begins with V(debian) or V(ubuntu).
      - It changes nothing of a vm that exists, but for disks and interfaces that are added.
    type: str
  boot:
    description: What the vm boots.
    type: dict
    suboptions:
      order:
        description: The kinds of devices to boot from, in order.
        type: list
        elements: str
        choices: [hd, cdrom, network]
      kernel:
        description: A kernel on the host, which is booted directly. The empty text ends that.
        type: path
      initrd:
        description: The initial file system for O(boot.kernel), on the host.
        type: path
      cmdline:
        description: The command line for O(boot.kernel).
        type: str
  disks:
    description:
      - The disks and CD-ROM drives, all of them. One that is not listed is detached, its file stays.
      - Virtio disks are attached and detached while the vm runs, a CD-ROM is changed likewise. Other changes
        take effect at
        the next start.
    type: list
    elements: dict
    suboptions:
      source:
        description:
          - The file or block device, as an absolute path or below C(/var/lib/libvirt/images). It must exist.
          - A CD-ROM drive without it is empty.
        type: str
      target:
        description:
          - The name by which the disk is known, such as V(vda). By default the lowest that is free or, for a
            source that
            is attached already, the one that it has.
        type: str
      device:
        description: V(cdrom) is a drive with O(disks[].source) as its medium. By default V(disk).
        type: str
        choices: [disk, cdrom]
      bus:
        description: The bus. By default the one that O(disks[].target) suggests, else the one that O(os) likes.
        type: str
        choices: [virtio, scsi, sata, ide, usb]
      format:
        description:
          - The format of the image. By default V(qcow2) where the name ends in C(.qcow2), else V(raw).
          - What an image holds is never guessed, since a guest could write what it likes into a raw one. One
            that holds
            qcow2 under another name is refused until you say what is meant.
        type: str
        choices: [qcow2, raw]
      readonly:
        description: Whether the guest may only read it.
        type: bool
      shareable:
        description: Whether several vms may write to it at once.
        type: bool
      serial:
        description: The serial number that the guest sees.
        type: str
      cache:
        description: How the host caches it.
        type: str
        choices: [default, none, writethrough, writeback, directsync, unsafe]
      io:
        description: How the host reads and writes it.
        type: str
        choices: [native, threads, io_uring]
      discard:
        description: Whether blocks that the guest gives up are given back to the host.
        type: str
        choices: [ignore, unmap]
  networks:
    description: The network interfaces, all of them. One that is not listed is detached.
    type: list
    elements: dict
    suboptions:
      network:
        description: A network of libvirt, which must exist or be part of the same stack.
        type: str
      bridge:
        description: A bridge of the host, instead of O(networks[].network).
        type: str
      mac:
        description: The MAC. By default one that follows from the host, the vm and the network, the same on
          every run.
        type: str
      model:
        description: The model of the interface. A new one is V(virtio), unless O(os) likes another.
        type: str
        choices: [virtio, e1000, e1000e, rtl8139]
      ip:
        description: The address that the network's DHCP server keeps for this interface.
        type: str
      link_state:
        description: Whether the cable is in.
        type: str
        choices: [up, down]
  cloud_init:
    description:
      - What cloud-init does in the guest, given to it on a small disk with the label C(cidata).
      - After a change cloud-init runs again at the next boot, as on a new instance, unless
        O(cloud_init.meta_data) has an
        C(instance-id) of its own.
      - Only digests of it are shown and kept in the vm's definition.
    type: dict
    suboptions:
      hostname:
        description: The guest's name. By default that of the vm.
        type: str
      ssh_keys:
        description: Public keys that may log in as the image's user.
        type: list
        elements: str
      users:
        description: As C(users) of cloud-init.
        type: list
        elements: raw
      packages:
        description: As C(packages) of cloud-init.
        type: list
        elements: str
      write_files:
        description: As C(write_files) of cloud-init.
        type: list
        elements: dict
      runcmd:
        description: As C(runcmd) of cloud-init.
        type: list
        elements: raw
      network:
        description: A network configuration for cloud-init, version 1 or 2.
        type: dict
      user_data:
        description:
          - As a mapping, more user data of kind C(#cloud-config), which goes over the options above.
          - As text, the whole user data as it is.
        type: raw
      meta_data:
        description: More meta data.
        type: dict
  graphics:
    description: A screen over the network. A new vm has none, unless O(os) likes one.
    type: dict
    suboptions:
      type:
        description: The protocol. By default V(vnc).
        type: str
        choices: [none, vnc, spice]
      listen:
        description: The host's address on which it listens. By default V(127.0.0.1).
        type: str
      port:
        description: The port. By default one that is free.
        type: int
  video:
    description: The video adapter. A new vm has V(none) without O(graphics), else V(virtio) or what O(os) likes.
    type: str
    choices: [none, virtio, vga, qxl, cirrus, bochs]
  guest_agent:
    description: Whether the vm has a channel for the QEMU guest agent. A new vm has, unless O(os) is V(legacy).
    type: bool
  rng:
    description: Whether the vm has a source of randomness. A new vm has, unless O(os) is V(legacy).
    type: bool
  autostart:
    description: Whether the vm starts with the host.
    type: bool
  protection:
    description: Whether the vm is protected from removal. V(false) together with O(state=absent) removes it all
      the same.
    type: bool
  labels:
    description: Names and values of your own, kept in the vm's definition.
    type: dict
  uuid:
    description: The UUID. By default one that follows from the host and the name.
    type: str
  delete_disks:
    description:
      - Whether O(state=absent) removes disks. V(owned) removes those that this collection made, unless another
        vm uses
        them, and never a medium, a shared disk or a backing image.
    type: str
    choices: [none, owned]
    default: none
  wait_for:
    description: What to wait for once the vm runs.
    type: dict
    suboptions:
      agent:
        description: Wait until the guest agent answers.
        type: bool
      ip:
        description: Wait until the guest has an address.
        type: bool
      port:
        description: Wait until this TCP port of the guest accepts connections.
        type: int
      timeout:
        description: How long in all, in seconds or as V(5m). By default V(300).
        type: str
  shutdown_timeout:
    description: How long a guest may take to power off, in seconds or as V(2m). By default V(120).
    type: str
  force_stop:
    description: Whether to cut the power of a guest that has not powered off by then. Otherwise that fails.
    type: bool
    default: false
"""
