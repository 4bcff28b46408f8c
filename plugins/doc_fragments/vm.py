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
      - V(saved) keeps the memory of a running vm on the host's disk and ends it; the next start goes on from there.
        A vm
        that is off stays so.
      - V(present) defines the vm and leaves its power alone.
      - V(absent) stops the vm and removes its definition, its cloud-init seed and its address reservations. Its
        disks stay
        unless O(delete_disks) says otherwise.
    type: str
    choices: [present, running, stopped, paused, saved, absent]
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
      - A running vm gets it with the next start, or at once where O(max_memory) leaves room. Memory that was taken from
        a running guest comes back; memory that a guest has too much of is its own to give back.
    type: str
  max_memory:
    description: The most memory that the running vm can be given. A new vm has as much as O(memory).
    type: str
  vcpus:
    description:
      - The number of virtual processors. A new vm gets one, or as many as O(cpu.topology) has.
      - A running vm gets them at once where O(max_vcpus) leaves room and, with KVM, gives them back likewise; else
        that takes the next start. A guest whose agent is there is asked to use new ones.
    type: int
  max_vcpus:
    description: The most processors that the running vm can be given. A new vm has as many as O(vcpus).
    type: int
  iothreads:
    description:
      - The number of threads that serve disks. Threads are added to and taken from a running vm.
      - A new vm has as many as O(disks[].iothread) needs.
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
      topology:
        description:
          - How the processors are arranged. What is left out counts as one; the product must be O(max_vcpus).
        type: dict
        suboptions:
          sockets:
            description: The number of sockets.
            type: int
          dies:
            description: The number of dies of a socket.
            type: int
          cores:
            description: The number of cores of a die.
            type: int
          threads:
            description: The number of threads of a core.
            type: int
      features:
        description:
          - Policies by the name of a feature, such as C(vmx) with V(require). The policies are V(force), V(require),
            V(optional), V(disable) and V(forbid). Features that are not named stay as they are.
        type: dict
  cputune:
    description: Where the processors run, and how much of the host's they get. A running vm is changed at once.
    type: dict
    suboptions:
      shares:
        description: A weight against other vms.
        type: int
      period:
        description: The microseconds in which O(cputune.quota) holds.
        type: int
      quota:
        description: The microseconds that a processor may run in each O(cputune.period). Negative is no limit.
        type: int
      emulatorpin:
        description: The processors of the host for the emulator, such as V(0-1).
        type: str
      vcpupin:
        description: The processors of the host for each of the vm's, by its number. Those not named stay.
        type: dict
  blkiotune:
    description: How much of the host's disks the vm gets. A running vm is changed at once.
    type: dict
    suboptions:
      weight:
        description: A weight against other vms, where the host's kernel counts such.
        type: int
  numa:
    description: The guest's NUMA nodes, and where on the host their memory comes from.
    type: dict
    suboptions:
      cells:
        description: The nodes, in order.
        type: list
        elements: dict
        suboptions:
          cpus:
            description: The vm's processors of this node, such as V(0-1).
            type: str
            required: true
          memory:
            description: Its share of O(memory), such as V(1G).
            type: str
            required: true
      mode:
        description: How O(numa.nodeset) binds.
        type: str
        choices: [strict, preferred, interleave, restrictive]
      nodeset:
        description: The host's nodes, such as V(0).
        type: str
  memory_backing:
    description: How the host holds the guest's memory.
    type: dict
    suboptions:
      hugepages:
        description: Whether it is in huge pages, which the host must have set aside.
        type: bool
      page_size:
        description: The size of these pages, such as V(2M) or V(1G).
        type: str
      locked:
        description: Whether it is never swapped out.
        type: bool
      nosharepages:
        description: Whether equal pages are kept apart.
        type: bool
      source:
        description: What it is made of.
        type: str
        choices: [anonymous, memfd, file]
      access:
        description: Whether other processes of the host can be given access to it, as virtiofs needs it.
        type: str
        choices: [shared, private]
      discard:
        description: Whether it is thrown away when the vm ends.
        type: bool
  virt_type:
    description:
      - V(kvm) uses hardware virtualization, V(qemu) emulates.
      - V(auto) is V(kvm) where C(/dev/kvm) opens and the processor has vmx or svm, else V(qemu), with a warning.
        It is
        what a new vm gets, and it leaves an existing vm as it is.
      - Another value makes another machine of the vm, see O(machine).
      - V(lxc) is a system container, which a vm of libvirt's LXC driver (C(libvirt_uri=lxc:///system)) is anyhow. It
        has an O(init), a root among its O(filesystems), memory, shares of the processors (O(cputune)) and interfaces.
        Disks, firmware, screens and whatever else belongs to a machine is refused.
    type: str
    choices: [auto, kvm, qemu, lxc]
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
  init:
    description:
      - The program that a system container starts as its first, by its path from the root. A new one has V(/sbin/init).
    type: str
  init_args:
    description: The arguments of O(init).
    type: list
    elements: str
  firmware:
    description:
      - V(efi) needs the firmware's package on the host, such as C(ovmf).
      - A new vm has V(bios). Another firmware is a replacement, as with O(machine).
    type: str
    choices: [bios, efi]
  secure_boot:
    description:
      - Whether the firmware starts only what is signed, which means O(firmware=efi).
      - Another choice is a replacement, as with O(machine). The firmware begins with new variables then.
    type: bool
  tpm:
    description:
      - A TPM. An empty dictionary is an emulated one, which needs C(swtpm) on the host.
    type: dict
    suboptions:
      type:
        description: V(emulator) is libvirt's own, V(passthrough) is a device of the host, V(none) is no TPM.
        type: str
        choices: [emulator, passthrough, none]
      model:
        description: The interface that the guest sees.
        type: str
        choices: [tpm-tis, tpm-crb, tpm-spapr]
      version:
        description: The version of an emulated one. A new one has V(2.0).
        type: str
        choices: ['1.2', '2.0']
      device:
        description: The device of the host, such as C(/dev/tpm0).
        type: path
  features:
    description: What the machine offers to the guest. What is not named stays as it is.
    type: dict
    suboptions:
      acpi:
        description: ACPI. A new vm has it.
        type: bool
      apic:
        description: The APIC. A new vm has it.
        type: bool
      pae:
        description: Physical address extension.
        type: bool
      smm:
        description: System management mode. A vm with O(secure_boot) has it.
        type: bool
      vmport:
        description: The port of VMware's tools.
        type: bool
      kvm_hidden:
        description: Whether the guest is not told that it runs on KVM.
        type: bool
      hyperv:
        description:
          - Hyper-V's enlightenments by libvirt's names, each V(true) or V(false), or a value where it has one, such as
            V(8191) for C(spinlocks).
        type: dict
  clock:
    description: What the guest finds on its clock, and its timers.
    type: dict
    suboptions:
      offset:
        description: A new vm has V(utc), and a Windows V(localtime).
        type: str
        choices: [utc, localtime, timezone]
      timezone:
        description: The zone of offset V(timezone), such as V(Europe/Berlin).
        type: str
      timers:
        description: The timers. Those not named stay as they are.
        type: list
        elements: dict
        suboptions:
          name:
            description: The timer.
            type: str
            required: true
            choices: [rtc, pit, hpet, tsc, kvmclock, hypervclock, platform, armvtimer]
          present:
            description: Whether the guest has it.
            type: bool
          tickpolicy:
            description: What becomes of ticks that the guest missed.
            type: str
            choices: [delay, catchup, merge, discard]
          track:
            description: What the timer follows.
            type: str
            choices: [boot, guest, wall, realtime]
  smbios:
    description:
      - What the firmware tells of the machine, by libvirt's names. What is not named stays as it is.
    type: dict
    suboptions:
      bios:
        description: Entries such as C(vendor) and C(version).
        type: dict
      system:
        description: Entries such as C(manufacturer), C(product), C(serial), C(sku).
        type: dict
      base_board:
        description: Entries such as C(manufacturer) and C(serial).
        type: dict
      chassis:
        description: Entries such as C(asset).
        type: dict
      oem_strings:
        description: Texts of the maker.
        type: list
        elements: str
  on_poweroff:
    description:
      - What becomes of the vm when the guest powers off. A running vm is changed at once, as far as QEMU can.
      - What stops the vm here stops one with V(restart), too.
    type: str
    choices: [destroy, restart]
  on_reboot:
    description: What becomes of the vm when the guest reboots.
    type: str
    choices: [destroy, restart]
  on_crash:
    description: What becomes of the vm when the guest crashes.
    type: str
    choices: [destroy, restart, preserve, coredump-destroy, coredump-restart]
  security_label:
    description: How the host's security driver confines the vm.
    type: dict
    suboptions:
      type:
        description: V(dynamic) has libvirt choose the label, V(static) takes one, V(none) confines not.
        type: str
        choices: [dynamic, static, none]
      model:
        description: The driver, such as V(apparmor), V(selinux), V(dac).
        type: str
      label:
        description: The label.
        type: str
      relabel:
        description: Whether the vm's files get the label.
        type: bool
  os:
    description:
      - The guest's system, which decides on the devices that a new vm gets where nothing else is said.
      - A name as C(osinfo-query os) lists it, beginning with V(debian), V(ubuntu), V(fedora), V(alpine), V(opensuse),
        V(sles), V(rhel), V(centos), V(rocky), V(almalinux) or V(freebsd); V(linux) or V(generic) for another system of
        today, V(legacy) for one without virtio drivers.
      - V(win10), V(win2k16), V(win2k19) and V(win2k22) get EFI, SATA disks, local time and, with KVM, Hyper-V's
        enlightenments. V(win11) and
        V(win2k25) get secure boot and a TPM besides, which need C(ovmf) and C(swtpm) on the host.
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
        description: A kernel on the host, which is booted directly. Empty text takes it away with what it has.
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
          - One on which other images rest is refused, unless it is O(disks[].readonly). A vm that was removed while it
            had external snapshots goes on in the file of the last one.
          - A CD-ROM drive without it is empty.
        type: str
      pool:
        description: A storage pool of libvirt, with O(disks[].volume), instead of O(disks[].source).
        type: str
      volume:
        description:
          - The name of the volume in O(disks[].pool).
          - Where it is missing it is made with the vm, or with the disk, of O(disks[].size), over O(disks[].backing) or
            as a copy, O(disks[].clone_of). One that the vm has had and that is gone is not made anew.
          - Pools whose volumes are no files of this host make empty ones only.
        type: str
      backing:
        description:
          - What a new volume rests on, which stays as it is. A volume of the same pool, or the path of an image.
          - The new one is qcow2.
        type: str
      clone_of:
        description: What a new volume is a copy of. A volume of the same pool, or the path of an image.
        type: str
      size:
        description:
          - Its size, such as V(40G). It is grown, while the vm runs too; less than it has is refused.
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
      detect_zeroes:
        description: What becomes of zeroes that the guest writes.
        type: str
        choices: ['off', 'on', unmap]
      iothread:
        description: The number of the thread, of O(iothreads), that serves a disk on virtio. V(0) is QEMU's own.
        type: int
      iotune:
        description: Limits, which a running vm gets at once. V(0) is no limit.
        type: dict
        suboptions:
          total_bytes_sec:
            description: Bytes a second, such as V(10M).
            type: str
          read_bytes_sec:
            description: Bytes read a second.
            type: str
          write_bytes_sec:
            description: Bytes written a second.
            type: str
          total_bytes_sec_max:
            description: Bytes a second, in bursts.
            type: str
          read_bytes_sec_max:
            description: Bytes read a second, in bursts.
            type: str
          write_bytes_sec_max:
            description: Bytes written a second, in bursts.
            type: str
          total_iops_sec:
            description: Requests a second.
            type: int
          read_iops_sec:
            description: Reads a second.
            type: int
          write_iops_sec:
            description: Writes a second.
            type: int
          total_iops_sec_max:
            description: Requests a second, in bursts.
            type: int
          read_iops_sec_max:
            description: Reads a second, in bursts.
            type: int
          write_iops_sec_max:
            description: Writes a second, in bursts.
            type: int
      encryption:
        description:
          - How the content of a qcow2 image is encrypted (see M(hybrid.host.qcow2)). What it rests on must not be
            encrypted, and what is written to external snapshots of it is not.
          - libvirt keeps the passphrase among its secrets, which root alone reads, until no vm has the disk any more.
        type: dict
        suboptions:
          format:
            description: V(luks), or V(none) for a disk that is not encrypted.
            type: str
            choices: [luks, none]
            default: luks
          passphrase:
            description: What opens the image. One that does not is refused before it is given to libvirt.
            type: str
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
      direct:
        description: An interface of the host that the vm shares (macvtap), instead of O(networks[].network).
        type: str
      source_mode:
        description: How O(networks[].direct) is shared. By default V(vepa), as libvirt does.
        type: str
        choices: [bridge, vepa, private, passthrough]
      user:
        description: Whether the interface is behind QEMU's own NAT, instead of O(networks[].network).
        type: bool
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
      filter:
        description: A filter of libvirt's, such as V(clean-traffic), which keeps the vm from using another's address or
          MAC. The empty text takes it away.
        type: str
      vlan:
        description: The VLAN, where the network carries such (Open vSwitch, SR-IOV). V(0) is none.
        type: int
      mtu:
        description: The largest frame. V(0) is the network's own.
        type: int
      queues:
        description: The number of queues of a virtio interface.
        type: int
      bandwidth:
        description: Limits, which a running vm gets at once.
        type: dict
        suboptions:
          inbound:
            description: What the guest receives.
            type: dict
            suboptions:
              average:
                description: Kilobytes a second. V(0) is no limit, neither of its peak nor of its burst.
                type: int
              peak:
                description: Kilobytes a second at most.
                type: int
              burst:
                description: Kilobytes that may go at the rate of the peak.
                type: int
          outbound:
            description: What the guest sends.
            type: dict
            suboptions:
              average:
                description: Kilobytes a second. V(0) is no limit, neither of its peak nor of its burst.
                type: int
              peak:
                description: Kilobytes a second at most.
                type: int
              burst:
                description: Kilobytes that may go at the rate of the peak.
                type: int
  published_ports:
    description:
      - Ports that the host answers for, as those of a container, such as V(8080:80), V(192.0.2.1:8080:80),
        V(53:53/udp) or V(8000-8009:9000-9009). The list is whole, and an empty one takes all away.
      - They lead to the vm's first interface on a network of libvirt's that has an O(networks[].ip), over IPv4. They
        are reached from everywhere but the host's own loopback.
      - A port that a container of the same stack, another vm, or something that listens has is refused.
    type: list
    elements: str
    aliases: [ports]
  host_devices:
    description:
      - Devices of the host that the guest has to itself, all of them. One that is not listed is detached.
      - Each has one of C(pci), C(usb) and C(mdev).
    type: list
    elements: dict
    suboptions:
      pci:
        description: A PCI address, such as V(0000:03:00.0).
        type: str
      usb:
        description: Vendor and product, such as V(1d6b:0002), or bus and device, such as V(1.4) or V(001.004).
        type: str
      mdev:
        description: The UUID of a mediated device.
        type: str
      managed:
        description: Whether libvirt takes a PCI device from the host's driver. By default it does.
        type: bool
  filesystems:
    description: Folders of the host that the guest can mount, all of them.
    type: list
    elements: dict
    suboptions:
      source:
        description: The folder, as an absolute path.
        type: str
        required: true
      target:
        description:
          - The name by which the guest mounts it.
          - The path at which a system container has it; V(/) is its root, which it must have.
        type: str
        required: true
      driver:
        description:
          - V(virtiofs) needs C(virtiofsd) on the host and memory that is shared, which a new vm gets. V(9p) needs
            neither.
          - A new one has V(virtiofs). A system container needs none.
        type: str
        choices: [virtiofs, 9p]
      accessmode:
        description: How V(9p) treats owners of files. By default V(mapped); V(virtiofs) knows V(passthrough) alone.
        type: str
        choices: [passthrough, mapped, squash]
      readonly:
        description: Whether the guest may only read, with V(9p) or in a system container.
        type: bool
  channels:
    description: Channels between host and guest besides that of O(guest_agent), all of them.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name that the guest sees, such as V(com.redhat.spice.0).
        type: str
        required: true
      type:
        description: V(unix) is a socket on the host, V(spicevmc) the screen's. By default V(unix).
        type: str
        choices: [unix, spicevmc]
      path:
        description: The socket. By default one that libvirt makes.
        type: str
  cloud_init:
    description:
      - What cloud-init does in the guest, given to it on a small disk with the label C(cidata).
        Its file is C(NAME-seed.img) below C(/var/lib/libvirt/images), where no file of anybody else's may be.
      - After a change the disk is made anew; a vm that runs gets it as it is started the next time.
        O(cloud_init.instance_id) says what cloud-init does in the guest then.
      - Only digests of it are shown and kept in the vm's definition.
      - V({}) takes it away. Answers in O(unattend) on the same disk stay.
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
        description: A network configuration for cloud-init, version 1 or 2, as a mapping or as the document's text.
        type: raw
      user_data:
        description:
          - As a mapping, more user data of kind C(#cloud-config), which goes over the options above.
          - As text, the whole user data as it is.
        type: raw
      vendor_data:
        description: Vendor data, as a mapping of kind C(#cloud-config), or as text as it is.
        type: raw
      meta_data:
        description: As a mapping, more meta data. As text, the whole meta data as it is.
        type: raw
      instance_id:
        description:
          - V(on_change) gives the guest another C(instance-id) with every change of any document, unless
            O(cloud_init.meta_data) has one. cloud-init then does everything again, as on a new machine, SSH's host keys
            included.
          - V(keep) leaves the guest the C(instance-id) that it has. cloud-init then does only what it does at every
            boot, and does not look again at the users, packages, files and commands.
        type: str
        choices: [keep, on_change]
        default: on_change
  unattend:
    description:
      - How Windows is set up without anybody's answers, by an C(autounattend.xml) on a small disc that Setup finds by
        itself. It wipes the first disk.
      - Setup starts by itself where the disc that it comes on does not ask for a key at boot.
      - Only a digest of it is shown and kept in the vm's definition.
      - V({}) takes it away, once Windows is there. Documents of O(cloud_init) on the same disc stay.
    type: dict
    suboptions:
      hostname:
        description: The guest's name, at most 15 letters. By default what fits of the vm's name.
        type: str
      user:
        description: The administrator. By default V(Administrator), and V(user) on Windows 10 and 11.
        type: str
      password:
        description: That user's password. It is needed, unless there is an O(unattend.answer_file).
        type: str
      product_key:
        description: The licence. Without one Setup takes the image that is named, for a trial.
        type: str
      image:
        description: The name or the number of the image on Setup's disc, as in V(Windows Server 2022 SERVERSTANDARD).
        type: str
      language:
        description: The language of the image, which is also the keyboard's and the region's. By default V(en-US).
        type: str
      timezone:
        description: The time zone as Windows names it. By default V(UTC).
        type: str
      commands:
        description: Commands that run as the user logs on for the first time, which then happens by itself.
        type: list
        elements: str
      drivers:
        description:
          - The ISO image of the virtio drivers. It is attached as a further CD-ROM, Setup finds its drivers there, and
            its guest tools, the agent among them, are installed at the first start.
        type: path
      answer_file:
        description: The whole answer file as it is, in place of all but O(unattend.drivers).
        type: str
  graphics:
    description: A screen over the network. A new vm has none, unless O(os) likes one.
    type: dict
    suboptions:
      type:
        description: The protocol. A new screen is V(vnc).
        type: str
        choices: [none, vnc, spice]
      listen:
        description: The host's address on which it listens. A new screen listens on V(127.0.0.1).
        type: str
      port:
        description: The port. A new screen has one that is free whenever the vm starts.
        type: int
      password:
        description: The password, at most eight characters with V(vnc). The empty text takes it away.
        type: str
  video:
    description: The video adapter. A new vm has V(none) without O(graphics), else V(virtio) or what O(os) likes.
    type: str
    choices: [none, virtio, vga, qxl, cirrus, bochs]
  console:
    description: Whether the vm has a serial console. A new vm has, with a log that messages of a failed wait quote.
    type: bool
  guest_agent:
    description: Whether the vm has a channel for the QEMU guest agent. A new vm has, unless O(os) is V(legacy).
    type: bool
  rng:
    description: Whether the vm has a source of randomness. A new vm has, unless O(os) is V(legacy).
    type: bool
  watchdog:
    description: A watchdog, which acts when the guest hangs.
    type: dict
    suboptions:
      model:
        description: The model; V(none) is no watchdog.
        type: str
        choices: [none, i6300esb, ib700, itco, diag288]
      action:
        description: What it does.
        type: str
        choices: [reset, shutdown, poweroff, pause, none, dump, inject-nmi]
  balloon:
    description: The device by which the guest gives memory back.
    type: dict
    suboptions:
      model:
        description: The model; V(none) is no balloon.
        type: str
        choices: [virtio, none]
      autodeflate:
        description: Whether the guest gets memory back before it runs out.
        type: bool
      free_page_reporting:
        description: Whether the guest tells which pages are free.
        type: bool
      stats_period:
        description: How often the guest tells of its memory, in seconds. V(0) is never.
        type: int
  xml_patch:
    description:
      - What no option covers, said of libvirt's XML itself. Each patch is kept like an option and costs a restart.
    type: list
    elements: dict
    suboptions:
      path:
        description:
          - Steps from the domain's element, with conditions on attributes, to an element or an attribute, such as
            C(./devices/sound[@model='ich9']/codec/@type). Steps that are missing are made. C(qemu:) begins one of
            QEMU's own.
        type: str
        required: true
      value:
        description: The text that is to be there.
        type: str
      present:
        description: Whether it is to be there at all. V(false) removes all that is there. By default it is.
        type: bool
  autostart:
    description: Whether the vm starts with the host.
    type: bool
  protection:
    description:
      - Whether the vm is protected from removal and replacement. V(false) in the same task permits it.
    type: bool
  labels:
    description: Names and values of your own, kept in the vm's definition.
    type: dict
  uuid:
    description:
      - The UUID. By default one that follows from the host and the name.
      - Another one is a replacement, and refused where libvirt would forget what it keeps by the UUID, the state of an
        emulated TPM and snapshots.
    type: str
  delete_disks:
    description:
      - Whether O(state=absent) removes disks. V(owned) removes those that carry the mark of a stack (see
        M(hybrid.host.stack)), unless another vm uses them or an image rests on them, and never a medium, a shared disk
        or a backing image.
      - One that M(hybrid.host.qcow2) made outside of a stack carries none and stays, until that module removes it.
      - Of the volumes of a pool it removes those files that were made for this very vm.
    type: str
    choices: [none, owned]
    default: none
  wait_for:
    description: What to wait for once the vm runs. A vm that ends meanwhile is an error at once.
    type: dict
    suboptions:
      agent:
        description: Wait until the guest agent answers.
        type: bool
      ip:
        description:
          - Wait until the guest has an address, and every address that its interfaces ask for.
          - Its agent tells them, else the leases of the network, else the host's own table of neighbours. The latter
            two remember guests that are gone, so that the guest has to answer, too, where it is on a bridge. Of a guest
            on an interface of the host (O(networks[].direct)) or behind QEMU's NAT (O(networks[].user)) only its agent
            tells.
        type: bool
      port:
        description:
          - Wait until this TCP port of the guest accepts connections. From the host none is reached of a guest that is
            behind QEMU's NAT alone.
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
  power_cycle:
    description:
      - An act, once in each run, of a vm that runs already. V(restart) shuts the guest down and starts it from its
        definition;
        V(reset) presses the reset button.
    type: str
    choices: [restart, reset]
"""
