# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Made by docs/generate.py from the fragments of the nouns: change those, then run `make docs`.

from __future__ import annotations


class ModuleDocFragment:
    """The objects of a stack."""

    DOCUMENTATION = r"""
options:
  networks:
    description: The networks, with the options of M(hybrid.host.network).
    type: list
    elements: dict
    suboptions:
      name:
        description:
        - The name of the network, for vms and containers alike.
        type: str
        required: true
      state:
        description:
        - V(present) means that the network exists and is active.
        - V(absent) removes it from all engines. It is refused while workloads use it.
        type: str
        choices:
        - present
        - absent
        default: present
      mode:
        description:
        - How workloads reach the world outside.
        - With V(nat) they do, with the host's address. With V(routed) they do with their own,
          to which the routers outside must know the way. With V(isolated) they reach each other
          and the host, and nothing else.
        - With V(bridge) they are on O(networks[].bridge), a bridge that the host has already,
          and so on the LAN, with its addresses. With V(direct) they are on the interface O(networks[].uplink)
          of the host, and reach all but the host itself. Vms are on it by macvtap. O(networks[].container_driver)
          says how containers are on either.
        - On V(bridge) and V(direct) the LAN's own DHCP server gives vms their addresses. Containers
          get theirs from O(networks[].containers), which must be there.
        - V(overlay) joins the containers of several Docker hosts of one Swarm. This host must
          be a manager of it.
        - A network that is created without this option is V(nat).
        type: str
        choices:
        - nat
        - routed
        - isolated
        - bridge
        - direct
        - overlay
      bridge:
        description:
        - The bridge on the host, at most 15 characters.
        - A network that is created without this option gets a bridge named after it, such as
          V(hv-lan). With V(bridge) as O(networks[].mode) the host has it already, and it must
          be written.
        type: str
      uplink:
        description:
        - With V(nat) and V(routed) as O(networks[].mode), the only interface of the host that
          vms reach the world through. By default any.
        - With V(direct), the interface that workloads are on.
        type: str
      vlan:
        description:
        - The VLAN of all workloads, with V(bridge) as O(networks[].mode) on a bridge of Open
          vSwitch, and for vms alone.
        - With V(direct), workloads are on the interface O(networks[].uplink).O(networks[].vlan).
          Docker makes it where it is not there. For vms it must be there.
        type: int
      subnet:
        description:
        - The IPv4 subnet, such as V(10.77.0.0/24).
        - A network that is created without this option gets a C(/24) that no other network
          and no route of the host has. With V(bridge) and V(direct) as O(networks[].mode) it
          gets the subnet that the host's interface is in.
        - A subnet that another network or a route of the host has is refused.
        type: str
      gateway:
        description:
        - The host's own address on the network, which is also its name server. By default the
          first of O(networks[].subnet).
        - With V(bridge) and V(direct) as O(networks[].mode), the router that containers use.
          By default the one that the host uses there.
        type: str
      subnet6:
        description:
        - An IPv6 subnet besides, such as V(fd00:77::/64). It must be a C(/64). By default there
          is none.
        - Guests choose their own address in it, as the network tells them to; containers get
          one from the engine.
        type: str
      gateway6:
        description:
        - The host's own address in O(networks[].subnet6). By default the first.
        type: str
      dhcp:
        description:
        - The addresses that vms get.
        - By default the lower half of O(networks[].subnet), from behind the gateway, or what
          O(networks[].containers) leaves.
        type: dict
        suboptions:
          start:
            description: The first address.
            type: str
            required: true
          end:
            description: The last address.
            type: str
            required: true
      containers:
        description:
        - The addresses that containers get. They must be one CIDR block, as Docker takes no
          other range.
        - By default the upper half of O(networks[].subnet), or the largest block that O(networks[].dhcp)
          leaves.
        type: dict
        suboptions:
          start:
            description: The first address.
            type: str
            required: true
          end:
            description: The last address.
            type: str
            required: true
      reservations:
        description:
        - Addresses that DHCP keeps for a MAC. Those that are there and not listed are removed.
        type: list
        elements: dict
        suboptions:
          mac:
            description: The MAC of the NIC.
            type: str
            required: true
          ip:
            description: Its address.
            type: str
            required: true
          name:
            description: Its host name.
            type: str
      dns:
        description:
        - The names that the network answers for. Needs O(networks[].attach) to include V(vms).
        type: dict
        suboptions:
          domain:
            description:
            - The domain of the network, such as V(shop.internal). Names in it never leave the
              host.
            type: str
          forwarders:
            description:
            - Name servers for all other names, by IPv4 or IPv6 address. By default those of
              the host.
            type: list
            elements: str
          hosts:
            description:
            - Names of addresses. Those that are there and not listed are removed.
            type: list
            elements: dict
            suboptions:
              ip:
                description: The address, of IPv4 or IPv6.
                type: str
                required: true
              hostnames:
                description:
                - Its names. One without a dot is also answered for in O(networks[].dns.domain).
                  A name has one address, since libvirt takes no second one while the network
                  runs.
                type: list
                elements: str
                required: true
      mtu:
        description:
        - The largest packet in bytes. By default what the engines take.
        type: int
      bandwidth:
        description:
        - Limits of all that vms and containers on the network's bridge take from outside (C(inbound))
          and send there (C(outbound)).
        type: dict
        suboptions:
          inbound:
            description: What the network receives.
            type: dict
            suboptions:
              average:
                description: Kilobytes a second. V(0) is no limit.
                type: int
              peak:
                description: Kilobytes a second at most.
                type: int
              burst:
                description: Kilobytes that may go at the rate of the peak.
                type: int
          outbound:
            description: What the network sends.
            type: dict
            suboptions:
              average:
                description: Kilobytes a second. V(0) is no limit.
                type: int
              peak:
                description: Kilobytes a second at most.
                type: int
              burst:
                description: Kilobytes that may go at the rate of the peak.
                type: int
      policy:
        description:
        - Who may reach the workloads of the network, for vms and containers together, with
          V(nat), V(routed) and V(isolated) as O(networks[].mode). Its rules are tables of the
          host's nftables, replaced in one step and loaded again as the host starts.
        - It is about what workloads are sent by each other, and by what the host forwards to
          them. The host itself reaches them always, what is published on the host is there
          for all, and what workloads ask elsewhere is answered.
        - Workloads that are named must have a fixed address on the network, as all of a stack
          have. Run the module again when one got another; a stack does it by itself.
        type: dict
        suboptions:
          default:
            description:
            - What becomes of what no rule allows. It is counted in either case.
            - With V(allow), without rules and without a log there is no policy, and one that
              is there is removed.
            type: str
            choices:
            - deny
            - allow
            default: deny
          allow:
            description: Who may reach whom, and how.
            type: list
            elements: dict
            suboptions:
              from:
                description:
                - A workload's name, as V(app), V(vm/erp) or V(container/app); workloads by
                  a label, as V(tier=web); an address or a subnet, also of elsewhere. By default
                  everybody.
                type: str
              to:
                description: Workloads of the network, likewise. By default all of them.
                type: str
              port:
                description: The port or ports, as V(8080) or V(8000-8010). By default all.
                type: str
              protocol:
                description:
                - The protocol. By default V(tcp) where there is a O(networks[].policy.allow[].port),
                  else any. V(icmp) is what ping needs, of IPv4 and IPv6.
                type: str
                choices:
                - tcp
                - udp
                - sctp
                - icmp
          log:
            description:
            - Whether the kernel logs what no rule allows, at most ten packets a second, after
              C(hybrid.host) and the name of the network.
            type: bool
            default: false
      container_driver:
        description:
        - How containers are on O(networks[].bridge) or O(networks[].uplink) of the host. V(macvlan)
          gives each a MAC of its own, V(ipvlan) has them share that of the interface. With
          both they do not reach the host itself. A network that is created without this option
          is V(macvlan).
        - V(bridge), for V(bridge) as O(networks[].mode), puts them on the bridge itself, where
          they reach the host too. Docker then keeps its other networks from what is behind
          that bridge, unless its chain C(DOCKER-USER) accepts that.
        type: str
        choices:
        - macvlan
        - ipvlan
        - bridge
      driver_options:
        description:
        - Further options of the engine's network driver, by their own names. What is not listed
          is left alone.
        type: dict
      attach:
        description:
        - What the network is for. V(vms) needs libvirt, V(containers) a container engine.
        - By default whatever the host has at the time.
        type: list
        elements: str
        choices:
        - vms
        - containers
      autostart:
        description:
        - Whether libvirt starts the network with the host. A network that is created without
          this option is.
        type: bool
  pools:
    description: The storage pools, with the options of M(hybrid.host.storage_pool).
    type: list
    elements: dict
    suboptions:
      name:
        description:
        - The name of the pool.
        type: str
        required: true
      state:
        description:
        - V(active) means that libvirt has the pool, and its volumes can be used.
        - V(inactive) means that it is defined and stopped. It is refused while a running vm
          uses a volume of it.
        - V(absent) makes libvirt forget the pool. What is in it stays, whatever its type. It
          is refused while a vm has a volume of it.
        type: str
        choices:
        - active
        - inactive
        - absent
        default: active
      type:
        description:
        - What the pool is, in libvirt's words. A pool that is created without this option is
          a V(dir).
        - V(dir) is a folder, on btrfs as on any other file system. V(fs) is a file system on
          a block device, V(netfs) one of a server (NFS, CIFS, GlusterFS); both are mounted
          on O(pools[].target).
        - V(logical) is a volume group of LVM, V(disk) a disk with a partition table, V(zfs)
          a pool of ZFS.
        - V(iscsi) and V(iscsi-direct) are targets of iSCSI, with the kernel's initiator or
          QEMU's own. V(scsi) is a host adapter, V(mpath) the host's multipath devices.
        - V(rbd) is a pool of Ceph, V(gluster) a volume of GlusterFS without a mount.
        type: str
        choices:
        - dir
        - fs
        - netfs
        - logical
        - disk
        - iscsi
        - iscsi-direct
        - scsi
        - mpath
        - rbd
        - gluster
        - zfs
      source:
        description:
        - What the pool is on. A change of it needs the pool to be stopped, which O(allow_disruption=restart)
          permits.
        type: dict
        suboptions:
          devices:
            description:
            - The block device of V(fs) and V(disk), the physical volumes of V(logical) and
              V(zfs), the name of an iSCSI target (C(iqn.2026-01.com.example:disks)). Paths
              are best those of C(/dev/disk/by-id).
            type: list
            elements: str
            aliases:
            - device
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
            - The volume group of V(logical), by default the name of the pool; the pool of V(rbd)
              or V(zfs), the volume of V(gluster).
            type: str
            aliases:
            - vg
          format:
            description:
            - The file system of V(fs) such as V(ext4) or V(xfs), by default whatever is there.
              libvirt knows btrfs by itself, and cannot make it.
            - The protocol of V(netfs), V(nfs) or V(cifs) or V(glusterfs). The partition table
              of V(disk), such as V(gpt).
            type: str
          protocol_version:
            description: The version of NFS.
            type: str
          adapter:
            description: The host adapter of V(scsi).
            type: dict
            suboptions:
              type:
                description: What it is. With O(pools[].source.adapter.wwnn) it is V(fc_host),
                  otherwise V(scsi_host).
                type: str
                choices:
                - scsi_host
                - fc_host
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
                description: The secret of libvirt that holds the password, which is not an
                  option here.
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
        - Where the volumes are on the host. Either a path, or a dictionary of C(path), C(owner),
          C(group) and C(mode) of the folder, the mode in quotes. Of V(fs) and V(netfs) they
          are those of what is mounted there.
        - A pool of type V(dir), V(fs) or V(netfs) needs one. The others have their own, or
          none.
        - A folder that is missing is made with the pool. Where it goes away later, the run
          is refused, so that no pool begins anew in an empty folder because a file system is
          not mounted.
        type: raw
      cow:
        description:
        - Whether files on btrfs are copied on write. libvirt turns that off for a folder that
          it makes, so that images stay fast; then no file of it can share its blocks with a
          copy.
        - It counts when the pool is built.
        type: bool
      build:
        description:
        - What may be made where the pool's volumes are to be, when it is created.
        - With V(auto), a folder that is missing; and on devices that hold nothing at all, the
          file system, partition table or volume group. What holds something is never written
          to.
        - With V(never), nothing.
        - With V(overwrite), the file system, partition table or volume group whatever the devices
          hold. B(Their content is lost), each time that the pool is created.
        type: str
        choices:
        - auto
        - never
        - overwrite
        default: auto
      refresh:
        description:
        - Have libvirt look for volumes again. Where volumes are files it does so by itself,
          when some came or went.
        - It is an act, and reported as a change each time.
        type: bool
        default: false
      autostart:
        description:
        - Whether libvirt starts the pool with the host. A pool that is created without this
          option is.
        type: bool
  disks:
    description: The disk images, with the options of M(hybrid.host.qcow2).
    type: list
    elements: dict
    suboptions:
      path:
        description:
        - The image file. A relative path is in C(/var/lib/libvirt/images).
        - Its folder is made where it is missing.
        type: str
        required: true
        aliases:
        - name
      state:
        description:
        - V(present) means that the image exists. It is made from O(disks[].source), over O(disks[].backing_file),
          or empty with O(disks[].size).
        - V(absent) removes it. This is refused while something has it open, while a vm is defined
          with it, running or not, and while an overlay beside it or in C(/var/lib/libvirt/images)
          has it as its backing file.
        type: str
        choices:
        - present
        - absent
        default: present
      size:
        description:
        - What a guest sees, such as V(40G). Rounded up to 512 bytes, as QEMU does.
        - An image that is smaller is grown, also while a vm of this libvirt runs on it, but
          not while something else has it open, or rests on it. A size is shrunk with O(disks[].allow_shrink)
          only.
        - By default that of O(disks[].source) or O(disks[].backing_file).
        type: str
      format:
        description:
        - The format of the image. By default that of O(disks[].source), or V(qcow2).
        - An image that exists keeps its format. Asking for another is refused.
        type: str
        choices:
        - qcow2
        - raw
      backing_file:
        description:
        - The image that this one is an overlay on. A relative path is in C(/var/lib/libvirt/images).
        - The overlay holds what is written since, so the backing file must stay as it is. The
          image keeps its path and format.
        - Its digest is noted on each overlay, where the file system keeps extended attributes
          of users, and a vm does not start on one whose backing file is another by then. The
          first overlay reads it as a whole for that.
        - An image that rests on another one, or on none, comes to rest on this one as O(disks[].rebase)
          says. With V("") it comes to rest on nothing, holding all by itself, also while a
          vm of this libvirt runs on it.
        - A backing file that is missing, part of a loop, or being written to is refused.
        type: str
      source:
        description:
        - What a new image is a copy of. A local path, or an C(http) or C(https) URL.
        - It must be qcow2 or raw, and may be packed by xz, gzip, bzip2 or zstd (this one with
          the command C(zstd)). It is converted where O(disks[].format) or the options of its
          layout ask for it, else copied as it is, where the file system can by sharing blocks.
        - One that names another file of the host, as its backing file or data file, is refused
          unless O(disks[].allow_foreign_backing).
        - One on which a vm of this libvirt runs is copied as it is at one moment, with all
          that is below it, as after a power cut.
        - An image that exists is not fetched again, even if the source has changed.
        type: str
      checksum:
        description:
        - What O(disks[].source) must be, before it is unpacked, as V(sha256:) or V(sha512:)
          and hexadecimal digits. Or after the colon the URL of a list of them, as C(sha256sum)
          writes it or in BSD's form, in which the source is found by its file name.
        - What was downloaded and has a checksum is kept in C(/var/cache/hybrid.host), and is
          not downloaded again. It may be removed from there at any time.
        type: str
      preallocation:
        description:
        - How much of a new image is laid out at once. It is not compared with an image that
          exists.
        type: str
        choices:
        - 'off'
        - metadata
        - falloc
        - full
      cluster_size:
        description:
        - The cluster size of a new qcow2 image, a power of two from 512 bytes to V(2M). Asking
          for another than an image has is refused.
        type: str
      compat:
        description:
        - The version of the qcow2 format. It is changed in place.
        type: str
        choices:
        - '0.10'
        - '1.1'
      lazy_refcounts:
        description:
        - Whether reference counts may lag behind, which makes writing faster. It is changed
          in place.
        type: bool
      compression_type:
        description:
        - How clusters are compressed, where they are. Asking for another than an image has
          is refused.
        type: str
        choices:
        - zlib
        - zstd
      extended_l2:
        description:
        - Whether clusters have parts that are taken one by one. Asking for another than an
          image has is refused.
        type: bool
      encryption:
        description:
        - How the content of a qcow2 image is encrypted. Asking for another than an image has
          is refused.
        - An overlay on an encrypted image has the same passphrase, and an image is not committed
          to one that is not encrypted. Whatever is changed in an image that no vm runs on needs
          the passphrase; so does O(disks[].check).
        type: dict
        suboptions:
          format:
            description: V(luks), or V(none) for an image that must not be encrypted.
            type: str
            choices:
            - luks
            - none
            default: luks
          passphrase:
            description: What opens the image. It is not compared with that of an image that
              exists.
            type: str
      allow_shrink:
        description:
        - Whether O(disks[].size) may be less than an image has. It is refused where content
          is beyond the new end, and while something has the image open.
        type: bool
        default: false
      rebase:
        description:
        - How an image comes to rest on another O(disks[].backing_file). With V(safe) its content
          stays the same, and what differs below is written to it.
        - With V(unsafe) only the name is written, for a backing file that was moved. It must
          be the one of before, by the digest that is noted on the image, or else by its size
          and format.
        type: str
        choices:
        - safe
        - unsafe
        default: safe
      commit:
        description:
        - Give what the image holds to its backing file, and empty it. The backing file grows
          where it is smaller. Nothing is done while the image holds nothing.
        - A vm of this libvirt that runs on the image goes on with the backing file and is defined
          with that from then on.
        - Refused where something else rests on the backing file.
        type: bool
        default: false
      compact:
        description:
        - Rewrite the image when it wastes more than O(disks[].compact_threshold). That takes
          room for a second one meanwhile.
        - The diff has what the image takes, and about what it will take; the result what it
          takes afterwards.
        - Refused while something has the image open, and where it has snapshots or bitmaps
          inside, which would be lost.
        type: bool
        default: false
      compact_threshold:
        description:
        - How much of what the image takes must be waste, as a size such as V(2G), or as a share
          such as V(10%), which counts from 1 MiB on.
        type: str
        default: 10%
      repair:
        description:
        - Have QEMU check the image and repair what it finds, V(leaks) or V(all). That may lose
          what cannot be read.
        type: str
        choices:
        - leaks
        - all
      check:
        description:
        - Have QEMU check the image, which reads all of its metadata. What it finds is in the
          result; errors fail, leaks do not. An image that is being written to is not checked.
        type: bool
        default: false
      allow_foreign_backing:
        description:
        - Whether O(disks[].source) may name other files of the host, as its backing file or
          data file. What these hold is then copied with it, so allow it only for images that
          you trust.
        type: bool
        default: false
      owner:
        description:
        - The user who owns the file. It is not compared while something has the image open,
          since libvirt gives the images of a running vm to QEMU's user.
        type: str
      group:
        description:
        - The group that owns the file, compared like O(disks[].owner).
        type: str
      mode:
        description:
        - The file's permissions, in quotes, such as V('0640'). A new image without this option
          gets V('0600').
        type: raw
      selinux_context:
        description:
        - The file's SELinux context, such as V(system_u:object_r:virt_image_t:s0), compared
          like O(disks[].owner). Refused on a host without SELinux.
        type: str
      job_timeout:
        description:
        - How long a job on the disk of a running vm may take, such as V(90s) or V(4h). At its
          end the job is ended, and the vm goes on as before.
        type: str
        default: 1h
  images:
    description: The container images, with the options of M(hybrid.host.container_image).
    type: list
    elements: dict
    suboptions:
      name:
        description:
        - The image, as V(REPOSITORY:TAG) or V(REPOSITORY@sha256:DIGEST). The tag is V(latest)
          by default; beside a digest it says nothing.
        - The prefixes C(docker.io/library/), C(docker.io/) and C(localhost/) may be left out.
        type: str
        required: true
      state:
        description:
        - V(present) means that the engine has an image of this name, from O(images[].build),
          O(images[].archive), O(images[].rootfs) or a registry.
        - V(absent) takes the name away, and the image if it has no other. This is refused while
          a container has it.
        type: str
        choices:
        - present
        - absent
        default: present
      pull:
        description:
        - When an image is fetched from its registry. V(missing) means if the engine does not
          have it, and is the default.
        - V(always) compares it with the registry on every run, by digest, V(never) fails if
          it is missing.
        - A dictionary with C(platform) alone says the same as O(images[].platform).
        type: raw
      build:
        description:
        - Builds the image from a Dockerfile on the host.
        - It is built anew when a file of the context, an option here or O(images[].labels)
          changes, and when an image that it was built on has another content since.
        - C(.dockerignore) is respected.
        type: dict
        suboptions:
          path:
            description: The folder of the context on the host, an absolute path.
            type: str
            required: true
          dockerfile:
            description: The Dockerfile, by its path in that folder.
            type: str
            default: Dockerfile
          args:
            description: Build arguments. They can be read from the image, so they are no place
              for secrets.
            type: dict
          target:
            description: The stage to build, by default the last.
            type: str
          network:
            description: The network that the build runs in, such as V(host). It does not count
              as a change.
            type: str
          pull:
            description: Whether to look for newer images to build on in their registries, whenever
              it is built.
            type: bool
            default: false
          nocache:
            description: Whether to make every step anew, whenever it is built.
            type: bool
            default: false
          cache_from:
            description: Images whose steps may be taken over.
            type: list
            elements: str
          etc_hosts:
            description: Names that the steps know, each with its address. They do not count
              as a change.
            type: dict
          shm_size:
            description: The size of C(/dev/shm) in the steps, such as V(128M). It does not
              count as a change.
            type: str
          container_limits:
            description: What the steps may take. It does not count as a change.
            type: dict
            suboptions:
              memory:
                description: Their memory, such as V(512M).
                type: str
              memswap:
                description: Memory and swap together, V(unlimited) or V(-1) for as much as
                  there is.
                type: str
              cpushares:
                description: Their weight against other containers, where processors are scarce.
                type: int
              cpusetcpus:
                description: The processors that they run on, such as V(0-3) or V(0,1).
                type: str
          http_timeout:
            description: How many seconds the engine may be silent while it builds. By default,
              O(timeout).
            type: int
          use_config_proxy:
            description: Whether the steps have the proxies of Docker's own C(config.json).
              By default, if there are any.
            type: bool
          labels:
            description: Another word for O(images[].labels).
            type: dict
          platform:
            description: Another word for O(images[].platform).
            type: str
          rm:
            description: Taken as it is in community.docker. What a build leaves by the way
              is always removed.
            type: bool
            default: true
      archive:
        description:
        - The path on the host of an archive as C(docker save) writes it. It must hold the image
          under its O(images[].name).
        - The image is loaded when it is not the one in the archive.
        type: str
      rootfs:
        description:
        - The path on the host of an archive with a root file system, imported as an image of
          one layer.
        - It is imported again when the content of the archive or O(images[].changes) are others
          than at that time. Its digest is kept as a label of the image. While its size and
          its time of change stay the same, it is not read.
        type: str
      changes:
        description:
        - Instructions of a Dockerfile for an image of O(images[].rootfs), such as V(CMD ["/bin/sh"]).
        type: list
        elements: str
      labels:
        description:
        - Labels of an image of O(images[].build) or O(images[].rootfs). Those that are there
          and not listed stay.
        type: dict
      platform:
        description:
        - The platform that an image of a registry or of O(images[].build) is for, such as V(linux/arm64)
          or V(linux/arm/v7).
        - An image for another platform is fetched or built anew.
        type: str
      auth:
        description:
        - Who asks the registry. It is told with each call, and written nowhere.
        - Without it, what C(~/.docker/config.json) of the user on the managed host holds is
          used and, beside Podman, its own file of credentials. Credential helpers are asked
          for Docker only.
        type: dict
        suboptions:
          registry:
            description: The address of the registry, by default the one that the image is named
              with, else Docker Hub.
            type: str
            aliases:
            - registry_url
          username:
            description: The name of the user.
            type: str
            required: true
          password:
            description: The password, or a token.
            type: str
            required: true
      repository:
        description:
        - Further names for this image, each as V(REPOSITORY:TAG). One that stands for another
          image is moved.
        - Names that are not listed stay.
        type: list
        elements: str
      push:
        description:
        - Whether the registry is to have the image under its O(images[].repository) names or,
          without them, under its O(images[].name).
        - It is pushed when the registry has another there, or none. The registry is asked on
          every run, in check mode too.
        type: bool
        default: false
      save:
        description:
        - Saves the image to an archive on the host, as C(docker save) does, unless it is there
          already by its id.
        - The archive gets its name when it is complete. It is for its owner alone.
        type: dict
        suboptions:
          path:
            description: The path of the archive on the host. Its folder must be there.
            type: str
            required: true
      scan:
        description:
        - Has a scanner on the host look for known vulnerabilities in the image. Findings of
          O(images[].scan.severity) and above fail the run, before a container of it is made,
          and before the image is pushed or saved.
        - A new image that fails does not keep the name, which stands for the old one then.
          An image that is there is scanned on every run, in check mode too, since more is known
          of it every day.
        - The scanner finds the engine by itself, at its usual socket. This is tested with a
          stand-in that answers in the formats of trivy and grype.
        type: dict
        suboptions:
          command:
            description: The scanner. V(auto) takes trivy where the host has it, else grype.
            type: str
            choices:
            - auto
            - trivy
            - grype
            default: auto
          severity:
            description:
            - From which severity on a finding is too much. What a scanner gives no severity
              counts as V(negligible).
            type: str
            choices:
            - negligible
            - low
            - medium
            - high
            - critical
            default: high
          ignore_unfixed:
            description: Whether to overlook what there is no version without.
            type: bool
            default: false
  volumes:
    description: The volumes, with the options of M(hybrid.host.container_volume).
    type: list
    elements: dict
    suboptions:
      name:
        description:
        - The name of the volume.
        type: str
        required: true
        aliases:
        - volume_name
      state:
        description:
        - V(present) means that the volume exists.
        - V(absent) removes it and what is in it. It is refused while a container has it, running
          or not.
        type: str
        choices:
        - present
        - absent
        default: present
      driver:
        description:
        - The driver of the volume. A volume that is created without this option gets V(local).
        type: str
      driver_options:
        description:
        - Options of the driver, such as C(type), C(o) and C(device) of V(local). They are compared
          as a whole.
        type: dict
        aliases:
        - driver_opts
      labels:
        description:
        - Labels, as names and texts. Other labels that the volume has stay.
        type: dict
  containers:
    description: The containers, with the options of M(hybrid.host.container).
    type: list
    elements: dict
    suboptions:
      name:
        description:
        - The name of the container.
        type: str
        required: true
        aliases:
        - container_name
      state:
        description:
        - V(started) means that the container exists and runs, V(healthy) that its healthcheck
          says so too.
        - V(completed) means that it was run to its end, with exit code 0. It is run again where
          it ended otherwise, or where it differs from what is asked.
        - V(stopped) means that it exists and does not run. V(present) leaves that to others.
        - V(absent) stops and removes it.
        type: str
        choices:
        - started
        - healthy
        - completed
        - stopped
        - present
        - absent
        default: started
      image:
        description:
        - The image to make it of, by its name or its id. Needed when there is no container
          of that name yet.
        - When the name stands for another image than the one the container was made of, the
          container is replaced.
        type: str
      pull:
        description:
        - V(missing) pulls the image where the engine has none of that name.
        - V(always) also asks the registry whether it has a newer one under the name, unless
          that is a digest. V(never) pulls nothing.
        - V(true) is V(always), and V(false) is V(missing).
        type: raw
        choices:
        - never
        - missing
        - always
        - true
        - false
        default: missing
      pull_check_mode_behavior:
        description:
        - Taken for the sake of community.docker's playbooks. Check mode asks the registry,
          and always tells the truth.
        type: str
        choices:
        - image_not_present
        - always
        default: image_not_present
      image_comparison:
        description:
        - Which image's variables, labels, volumes and ports an exact comparison expects, that
          of O(containers[].image) or the container's own.
        type: str
        choices:
        - desired-image
        - current-image
        default: desired-image
      image_label_mismatch:
        description:
        - With V(fail), an exact comparison of O(containers[].labels) refuses an image with
          labels that are not listed.
        type: str
        choices:
        - ignore
        - fail
        default: ignore
      image_name_mismatch:
        description:
        - With V(ignore), a container stays that was made of the very image of O(containers[].image),
          but by another name.
        type: str
        choices:
        - ignore
        - recreate
        default: recreate
      platform:
        description:
        - The platform of the image, as V(linux/arm64/v8) or a part of that.
        type: str
      comparisons:
        description:
        - How options are compared with the container, by their names, V(strict), V(allow_more_present)
          for lists and maps, or V(ignore). C(*) stands for all.
        - Where nothing is said, lists in which order matters are compared strictly, and all
          others may hold more than is asked, as in community.docker. In a stack, all are compared
          strictly, but for O(containers[].env), O(containers[].labels) and O(containers[].exposed_ports).
        type: dict
      container_default_behavior:
        description:
        - With V(compatibility), C(auto_remove), C(init), C(interactive), C(paused), C(privileged),
          C(read_only) and C(tty) are off, C(detach) is on and C(memory) is 0 where they are
          left out.
        type: str
        choices:
        - compatibility
        - no_defaults
        default: no_defaults
      command:
        description:
        - The command and its arguments, as a list, or as one text that is split as a shell
          splits it. Nothing in it is expanded.
        - An empty list stands for the image's own.
        type: raw
      command_handling:
        description:
        - With V(compatibility), a list is joined and split as a shell splits it, and an empty
          O(containers[].command) or O(containers[].entrypoint) is not managed.
        type: str
        choices:
        - compatibility
        - correct
        default: correct
      entrypoint:
        description:
        - The entry point and its arguments, as O(containers[].command). A list of one empty
          text takes the image's away.
        type: raw
      hostname:
        description:
        - The host name that the container sees.
        type: str
      domainname:
        description:
        - The domain that the container sees.
        type: str
      user:
        description:
        - User, or user and group, by name or number, as in V(redis) or V(1000:1000).
        type: str
      working_dir:
        description:
        - The folder in which the command starts.
        type: str
      env:
        description:
        - Environment variables, as names and texts. Others that the container or its image
          has stay.
        - Results and diffs show their names only.
        type: dict
        aliases:
        - environment
      env_file:
        description:
        - A file of the host with variables, one C(NAME=value) a line. O(containers[].env) has
          precedence.
        type: path
      labels:
        description:
        - Labels, as names and texts. Others that the container or its image has stay.
        type: dict
      healthcheck:
        description:
        - How the engine sees whether the container is healthy.
        type: dict
        suboptions:
          test:
            description:
            - The command, as a list, or as one text for the container's shell. V(NONE), or
              none at all, takes the image's check away.
            type: raw
          test_cli_compatible:
            description:
            - Whether the image's test stays where O(containers[].healthcheck.test) is left
              out.
            type: bool
            default: false
          interval:
            description:
            - The time between two checks, as in V(5s).
            type: str
          timeout:
            description:
            - How long a check may take.
            type: str
          start_period:
            description:
            - How long failures do not count after a start.
            type: str
          start_interval:
            description:
            - The time between two checks during O(containers[].healthcheck.start_period).
            type: str
          retries:
            description:
            - How many failures in a row make it unhealthy.
            type: int
      healthy_wait_timeout:
        description:
        - How long to wait until it is healthy or completed, or until what others need of it
          is there. When left out, 5 minutes; V(0) is for ever.
        type: str
      restart_policy:
        description:
        - When the engine starts the container again. Changes while it runs.
        - When the host restarts, Podman starts those of V(always) alone, by its unit C(podman-restart.service).
        type: str
        choices:
        - 'no'
        - on-failure
        - always
        - unless-stopped
      restart_retries:
        description:
        - How often O(containers[].restart_policy=on-failure) tries.
        type: int
      restart:
        description:
        - Whether to restart it now, where it runs and is not made anew.
        type: bool
        default: false
      recreate:
        description:
        - Whether to make it anew, whatever it is like. With O(containers[].state=present) the
          new one does not start.
        type: bool
        default: false
      paused:
        description:
        - Whether it is frozen. When left out, that is left to others.
        type: bool
      detach:
        description:
        - With V(false), a container that is started is waited for. Its output is told under
          C(container.Output), its exit code as C(status); another code than 0 is a failure.
        - A container that has ended is started again by the next run.
        type: bool
      cleanup:
        description:
        - With O(containers[].detach=false), whether to remove the container at its end.
        type: bool
        default: false
      output_logs:
        description:
        - Taken for the sake of community.docker's playbooks. With O(containers[].detach=false),
          the output always stands in the result.
        type: bool
        default: false
      auto_remove:
        description:
        - Whether the engine removes it when it ends.
        type: bool
      force_kill:
        description:
        - Whether to kill it where it is to stop.
        type: bool
        default: false
        aliases:
        - forcekill
      kill_signal:
        description:
        - The signal that O(containers[].force_kill) sends, by its name or number. When left
          out, SIGKILL.
        type: str
      stop_signal:
        description:
        - The signal that asks it to stop, by its name or number.
        type: str
      stop_timeout:
        description:
        - Seconds that it has to stop before it is killed. Never a reason to change a container
          that is there.
        type: int
      removal_wait_timeout:
        description:
        - Seconds to wait for an engine that is still removing it. When left out, a minute.
        type: float
      keep_volumes:
        description:
        - Whether the volumes without a name stay when the container is removed, and go over
          to its successor.
        type: bool
        default: true
      volumes:
        description:
        - Volumes and folders of the host, as V(VOLUME:/path) or V(/path/on/the/host:/path),
          with V(:ro) and other options behind it. V(/path) alone is a volume without a name.
        - A folder that starts with V(.) or V(~) is one of the user who runs the module on the
          host.
        type: list
        elements: str
      volume_driver:
        description:
        - The driver of volumes that come into being with the container.
        type: str
      volumes_from:
        description:
        - Containers whose volumes it has too, as V(NAME) or V(NAME:ro).
        type: list
        elements: str
      files:
        description:
        - Files that the container gets before it starts, by their paths in it, folders above
          them included. They are its own, and not the host's. What changes in them makes the
          container anew; what the container itself writes into them is not seen.
        - No result, diff or log shows what they hold. Engines put none into a container that
          is O(containers[].read_only).
        type: list
        elements: dict
        suboptions:
          path:
            description:
            - The absolute path in the container.
            type: str
            required: true
          content:
            description:
            - What the file holds.
            type: str
            required: true
          encoding:
            description:
            - How O(containers[].files[].content) is written.
            type: str
            choices:
            - text
            - base64
            default: text
          mode:
            description:
            - Its permissions, as an octal number in quotes.
            type: str
            default: '0444'
          uid:
            description:
            - The number of its user.
            type: int
            default: 0
          gid:
            description:
            - The number of its group.
            type: int
            default: 0
      mounts:
        description:
        - Mounts at length, by their places in the container.
        type: list
        elements: dict
        suboptions:
          target:
            description:
            - The place in the container.
            type: str
            required: true
          source:
            description:
            - The folder of the host, the volume or the image.
            type: str
          type:
            description:
            - What is mounted.
            type: str
            choices:
            - bind
            - volume
            - tmpfs
            - npipe
            - cluster
            - image
            default: volume
          read_only:
            description:
            - Whether it cannot be written.
            type: bool
          consistency:
            description:
            - How exact the view is on hosts where containers run in a vm.
            type: str
            choices:
            - default
            - consistent
            - cached
            - delegated
          propagation:
            description:
            - How mounts below a bind are shared.
            type: str
            choices:
            - private
            - rprivate
            - shared
            - rshared
            - slave
            - rslave
          no_copy:
            description:
            - Whether a new volume stays empty, and takes nothing from the image.
            type: bool
          labels:
            description:
            - Labels of a volume that comes into being with the container.
            type: dict
          volume_driver:
            description:
            - The driver of such a volume.
            type: str
          volume_options:
            description:
            - Options of that driver.
            type: dict
          tmpfs_size:
            description:
            - The size of a file system in memory.
            type: str
          tmpfs_mode:
            description:
            - Its mode, as an octal number.
            type: str
          tmpfs_options:
            description:
            - Its options, one a map, with V(null) for those without a value.
            type: list
            elements: dict
          non_recursive:
            description:
            - Whether a bind is without what is mounted below it.
            type: bool
          create_mountpoint:
            description:
            - Whether a missing folder of the host is made.
            type: bool
          read_only_non_recursive:
            description:
            - Whether what is mounted below a read-only bind can be written.
            type: bool
          read_only_force_recursive:
            description:
            - Whether to fail where what is mounted below cannot be made read-only.
            type: bool
          subpath:
            description:
            - A path in the volume or image.
            type: str
      tmpfs:
        description:
        - Paths in memory, as V(/run) or V(/run:size=64m).
        type: list
        elements: str
      storage_opts:
        description:
        - Options of the engine's storage, as C(size).
        type: dict
        aliases:
        - storage_opt
      published_ports:
        description:
        - Ports that the host answers for, as V(8080:80), V(127.0.0.1:8080:80), V(53:53/udp),
          V(8000-8009:9000-9009). V(80) alone gets a free port of the host, V(8000-8009:80)
          one of these, which Podman does not choose.
        type: list
        elements: str
        aliases:
        - ports
      publish_all_ports:
        description:
        - Whether each exposed port gets a free port of the host.
        type: bool
      default_host_ip:
        description:
        - The address of the host for O(containers[].published_ports) that name none. When left
          out or empty, the engine's own, which are all of them, IPv6 too, where neither its
          settings nor the network's say otherwise.
        - A container is not made anew for V(0.0.0.0) where its ports name none.
        type: str
      exposed_ports:
        description:
        - Ports that are marked as exposed, as V(80) or V(53/udp). Others that the image marks
          stay.
        type: list
        elements: str
        aliases:
        - exposed
        - expose
      network_mode:
        description:
        - V(host), V(none), V(bridge), V(container:NAME), or the name of a network. See O(containers[].networks)
          for more.
        type: str
      networks:
        description:
        - The networks that the container is on; they change while it runs. In a stack, it is
          on no other.
        type: list
        elements: dict
        suboptions:
          name:
            description:
            - The name of the network. V(bridge) is the one that the engine has by itself, of
              Podman too.
            type: str
            required: true
          ipv4_address:
            description:
            - The container's fixed address there.
            type: str
          ipv6_address:
            description:
            - Its fixed IPv6 address there.
            type: str
          aliases:
            description:
            - Names by which other containers on the network reach it.
            type: list
            elements: str
          links:
            description:
            - Containers that it reaches by other names, as V(CONTAINER:ALIAS).
            type: list
            elements: str
          mac_address:
            description:
            - Its MAC address there.
            type: str
          driver_opts:
            description:
            - Options of the network's driver.
            type: dict
          gw_priority:
            description:
            - The network of the highest number has the default gateway.
            type: int
      networks_cli_compatible:
        description:
        - With V(false), the container is made on the engine's own network, and then joins O(containers[].networks).
        type: bool
        default: true
      mac_address:
        description:
        - The MAC address on the network that it is made with.
        type: str
      links:
        description:
        - Containers on the engine's own network that it reaches by other names, as V(CONTAINER:ALIAS).
        type: list
        elements: str
      dns_servers:
        description:
        - Name servers, in order.
        type: list
        elements: str
        aliases:
        - dns
      dns_search_domains:
        description:
        - Search domains, in order.
        type: list
        elements: str
        aliases:
        - dns_search
      dns_opts:
        description:
        - Options of the resolver.
        type: list
        elements: str
        aliases:
        - dns_opt
      etc_hosts:
        description:
        - Additional names, each with its address.
        type: dict
        aliases:
        - extra_hosts
      memory:
        description:
        - The limit of memory, as in V(512M). V(0) means none. Changes while it runs.
        type: str
        aliases:
        - mem_limit
      memory_reservation:
        description:
        - The memory to leave to it when memory is scarce. Changes while it runs.
        type: str
        aliases:
        - mem_reservation
      memory_swap:
        description:
        - The limit of memory and swap together, V(-1) for none. Changes while it runs.
        type: str
        aliases:
        - memswap_limit
      memory_swappiness:
        description:
        - How readily its memory is swapped out, from 0 to 100; V(-1) leaves that to the kernel.
          It takes version 1 of control groups.
        type: int
        aliases:
        - mem_swappiness
      kernel_memory:
        description:
        - The limit of the kernel's memory for it; kernels and engines of today have none.
        type: str
      shm_size:
        description:
        - The size of C(/dev/shm).
        type: str
      oom_killer:
        description:
        - Whether the kernel does I(not) kill it when memory runs out. The name is the engine's,
          which disables its killer so. V(true) takes version 1 of control groups.
        type: bool
        aliases:
        - oom_kill_disable
      oom_score_adj:
        description:
        - How readily the kernel kills it when memory runs out, from -1000 to 1000.
        type: int
      cpus:
        description:
        - How many processors it may use, as in V(1.5). V(0) means all. Changes while it runs.
        type: float
      cpu_shares:
        description:
        - Its weight among others that want the processors. Changes while it runs.
        type: int
      cpu_period:
        description:
        - Microseconds in which O(containers[].cpu_quota) counts. Changes while it runs.
        type: int
      cpu_quota:
        description:
        - Microseconds of processors in each O(containers[].cpu_period). Changes while it runs.
        type: int
      cpuset_cpus:
        description:
        - The processors it may use, as in V(0-3). Changes while it runs.
        type: str
        aliases:
        - cpuset
      cpuset_mems:
        description:
        - The memory nodes it may use, as in V(0,1). Changes while it runs.
        type: str
      blkio_weight:
        description:
        - Its weight among others that want the disks, from 10 to 1000. Changes while it runs.
        type: int
      device_read_bps:
        description:
        - Bytes a second that it may read from devices.
        type: list
        elements: dict
        suboptions:
          path:
            description:
            - The device.
            type: str
            required: true
          rate:
            description:
            - The rate.
            type: str
            required: true
      device_write_bps:
        description:
        - Bytes a second that it may write to devices.
        type: list
        elements: dict
        suboptions:
          path:
            description:
            - The device.
            type: str
            required: true
          rate:
            description:
            - The rate.
            type: str
            required: true
      device_read_iops:
        description:
        - Reads a second from devices.
        type: list
        elements: dict
        suboptions:
          path:
            description:
            - The device.
            type: str
            required: true
          rate:
            description:
            - The rate.
            type: int
            required: true
      device_write_iops:
        description:
        - Writes a second to devices.
        type: list
        elements: dict
        suboptions:
          path:
            description:
            - The device.
            type: str
            required: true
          rate:
            description:
            - The rate.
            type: int
            required: true
      pids_limit:
        description:
        - How many processes it may have, V(-1) for any number. Changes while it runs.
        type: int
      ulimits:
        description:
        - Limits of its processes, as V(nofile:1024:2048).
        type: list
        elements: str
      sysctls:
        description:
        - Kernel parameters of its own namespaces.
        type: dict
      security_profile:
        description:
        - V(recommended) and V(strict) stand for the options below where they are left out,
          and report each option that is not as the CIS Docker Benchmark 1.6.0 has it, by its
          number, as an action V(deviate) with the status V(noted).
        - Both set O(containers[].security_opts) to V(no-new-privileges) and O(containers[].default_host_ip)
          to V(127.0.0.1).
        - V(recommended) drops AUDIT_WRITE, MKNOD, NET_RAW, SETFCAP, SETPCAP and SYS_CHROOT,
          and limits O(containers[].memory) to 1G and O(containers[].pids_limit) to 500.
        - V(strict) drops all capabilities, makes the root file system read-only, and limits
          O(containers[].memory) to 512M and O(containers[].pids_limit) to 100.
        type: str
        choices:
        - none
        - recommended
        - strict
        default: none
      privileged:
        description:
        - Whether it has all the rights of the host's root.
        type: bool
      read_only:
        description:
        - Whether its root file system is read-only.
        type: bool
      capabilities:
        description:
        - Capabilities that it has besides the usual ones, as V(NET_ADMIN).
        type: list
        elements: str
        aliases:
        - cap_add
      cap_drop:
        description:
        - Capabilities that it does not have. V(ALL) takes all.
        type: list
        elements: str
      security_opts:
        description:
        - Security options, as V(no-new-privileges:true).
        type: list
        elements: str
        aliases:
        - security_opt
      groups:
        description:
        - Groups of its user besides the usual ones.
        type: list
        elements: str
        aliases:
        - group_add
      devices:
        description:
        - Devices of the host, as V(/dev/ttyS0:/dev/ttyS0:rwm).
        type: list
        elements: str
      device_requests:
        description:
        - Devices that drivers of the engine give to it, such as graphics processors.
        type: list
        elements: dict
        suboptions:
          capabilities:
            description:
            - Lists of capabilities, one of which the devices have.
            type: list
            elements: list
          count:
            description:
            - How many devices, V(-1) for all.
            type: int
          device_ids:
            description:
            - The devices.
            type: list
            elements: str
          driver:
            description:
            - The driver.
            type: str
          options:
            description:
            - Options of the driver.
            type: dict
      device_cgroup_rules:
        description:
        - Rules for devices, as V(c 42:* rmw).
        type: list
        elements: str
      init:
        description:
        - Whether an init of the engine's is its first process.
        type: bool
      cgroup_parent:
        description:
        - The control group that its own stands in.
        type: str
      cgroupns_mode:
        description:
        - Whose view of control groups it has.
        type: str
        choices:
        - private
        - host
        aliases:
        - cgroup
      ipc_mode:
        description:
        - Whose IPC namespace it has, V(host), V(private), V(shareable) or V(container:NAME).
        type: str
        aliases:
        - ipc
      pid_mode:
        description:
        - Whose process namespace it has, V(host) or V(container:NAME).
        type: str
        aliases:
        - pid
      userns_mode:
        description:
        - Its user namespace, as V(host).
        type: str
      uts:
        description:
        - Whose host name it has; V(host) for the host's.
        type: str
      runtime:
        description:
        - The runtime that runs it, as the engine names it.
        type: str
      log_driver:
        description:
        - Where its output goes, as V(json-file) or V(journald).
        type: str
      log_options:
        description:
        - Options of O(containers[].log_driver).
        type: dict
        aliases:
        - log_opt
      tty:
        description:
        - Whether it has a terminal.
        type: bool
      interactive:
        description:
        - Whether its standard input stays open.
        type: bool
        aliases:
        - stdin_open
      depends_on:
        description:
        - The workloads of the stack that are to be there before this one is touched.
        - Each is a name, of a container or else a vm, or C(container/NAME) or C(vm/NAME).
        - Or a dictionary with such a C(name), and a C(condition) to wait for.
        - The conditions are V(started), and V(port) with the number as C(port).
        - A container may also be V(healthy) or V(completed), and a vm V(agent).
        type: list
        elements: raw
  vms:
    description: The vms, with the options of M(hybrid.host.vm).
    type: list
    elements: dict
    suboptions:
      name:
        description:
        - The name of the vm. At most 63 letters, digits, dots, dashes and underscores.
        - A vm with another name, made by another tool, can still be removed.
        type: str
        required: true
      state:
        description:
        - V(running), V(paused) and V(stopped) define the vm and bring it there. V(stopped)
          asks the guest to power off.
        - V(saved) keeps the memory of a running vm on the host's disk and ends it; the next
          start goes on from there. A vm that is off stays so.
        - V(present) defines the vm and leaves its power alone.
        - V(absent) stops the vm and removes its definition, its cloud-init seed and its address
          reservations. Its disks stay unless O(vms[].delete_disks) says otherwise.
        type: str
        choices:
        - present
        - running
        - stopped
        - paused
        - saved
        - absent
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
        - A running vm gets it with the next start, or at once where O(vms[].max_memory) leaves
          room. Memory that was taken from a running guest comes back; memory that a guest has
          too much of is its own to give back.
        type: str
      max_memory:
        description: The most memory that the running vm can be given. A new vm has as much
          as O(vms[].memory).
        type: str
      vcpus:
        description:
        - The number of virtual processors. A new vm gets one, or as many as O(vms[].cpu.topology)
          has.
        - A running vm gets them at once where O(vms[].max_vcpus) leaves room and, with KVM,
          gives them back likewise; else that takes the next start. A guest whose agent is there
          is asked to use new ones.
        type: int
      max_vcpus:
        description: The most processors that the running vm can be given. A new vm has as many
          as O(vms[].vcpus).
        type: int
      iothreads:
        description:
        - The number of threads that serve disks. Threads are added to and taken from a running
          vm.
        - A new vm has as many as O(vms[].disks[].iothread) needs.
        type: int
      cpu:
        description:
        - The processor that the guest sees. A new vm gets V(host-passthrough) with KVM and
          V(maximum) without.
        type: dict
        suboptions:
          mode:
            description: The mode, in libvirt's words.
            type: str
            choices:
            - host-passthrough
            - host-model
            - maximum
            - custom
          model:
            description: A model such as V(Skylake-Server), which means mode V(custom).
            type: str
          topology:
            description:
            - How the processors are arranged. What is left out counts as one; the product must
              be O(vms[].max_vcpus).
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
            - Policies by the name of a feature, such as C(vmx) with V(require). The policies
              are V(force), V(require), V(optional), V(disable) and V(forbid). Features that
              are not named stay as they are.
            type: dict
      cputune:
        description: Where the processors run, and how much of the host's they get. A running
          vm is changed at once.
        type: dict
        suboptions:
          shares:
            description: A weight against other vms.
            type: int
          period:
            description: The microseconds in which O(vms[].cputune.quota) holds.
            type: int
          quota:
            description: The microseconds that a processor may run in each O(vms[].cputune.period).
              Negative is no limit.
            type: int
          emulatorpin:
            description: The processors of the host for the emulator, such as V(0-1).
            type: str
          vcpupin:
            description: The processors of the host for each of the vm's, by its number. Those
              not named stay.
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
                description: Its share of O(vms[].memory), such as V(1G).
                type: str
                required: true
          mode:
            description: How O(vms[].numa.nodeset) binds.
            type: str
            choices:
            - strict
            - preferred
            - interleave
            - restrictive
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
            choices:
            - anonymous
            - memfd
            - file
          access:
            description: Whether other processes of the host can be given access to it, as virtiofs
              needs it.
            type: str
            choices:
            - shared
            - private
          discard:
            description: Whether it is thrown away when the vm ends.
            type: bool
      virt_type:
        description:
        - V(kvm) uses hardware virtualization, V(qemu) emulates.
        - V(auto) is V(kvm) where C(/dev/kvm) opens and the processor has vmx or svm, else V(qemu),
          with a warning. It is what a new vm gets, and it leaves an existing vm as it is.
        - Another value makes another machine of the vm, see O(vms[].machine).
        - V(lxc) is a system container, which a vm of libvirt's LXC driver (C(libvirt_uri=lxc:///system))
          is anyhow. It has an O(vms[].init), a root among its O(vms[].filesystems), memory,
          shares of the processors (O(vms[].cputune)) and interfaces. Disks, firmware, screens
          and whatever else belongs to a machine is refused.
        type: str
        choices:
        - auto
        - kvm
        - qemu
        - lxc
      arch:
        description: The architecture, such as V(x86_64). A new vm gets that of the host.
        type: str
      machine:
        description:
        - The machine type, such as V(q35), V(pc), or a version such as V(pc-q35-7.2). V(q35)
          is the same as any version of it.
        - Another machine is a replacement. The vm is shut down, defined anew with the same
          name, addresses and disks, and started.
        type: str
      init:
        description:
        - The program that a system container starts as its first, by its path from the root.
          A new one has V(/sbin/init).
        type: str
      init_args:
        description: The arguments of O(vms[].init).
        type: list
        elements: str
      firmware:
        description:
        - V(efi) needs the firmware's package on the host, such as C(ovmf).
        - A new vm has V(bios). Another firmware is a replacement, as with O(vms[].machine).
        type: str
        choices:
        - bios
        - efi
      secure_boot:
        description:
        - Whether the firmware starts only what is signed, which means O(vms[].firmware=efi).
        - Another choice is a replacement, as with O(vms[].machine). The firmware begins with
          new variables then.
        type: bool
      tpm:
        description:
        - A TPM. An empty dictionary is an emulated one, which needs C(swtpm) on the host.
        type: dict
        suboptions:
          type:
            description: V(emulator) is libvirt's own, V(passthrough) is a device of the host,
              V(none) is no TPM.
            type: str
            choices:
            - emulator
            - passthrough
            - none
          model:
            description: The interface that the guest sees.
            type: str
            choices:
            - tpm-tis
            - tpm-crb
            - tpm-spapr
          version:
            description: The version of an emulated one. A new one has V(2.0).
            type: str
            choices:
            - '1.2'
            - '2.0'
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
            description: System management mode. A vm with O(vms[].secure_boot) has it.
            type: bool
          vmport:
            description: The port of VMware's tools.
            type: bool
          kvm_hidden:
            description: Whether the guest is not told that it runs on KVM.
            type: bool
          hyperv:
            description:
            - Hyper-V's enlightenments by libvirt's names, each V(true) or V(false), or a value
              where it has one, such as V(8191) for C(spinlocks).
            type: dict
      clock:
        description: What the guest finds on its clock, and its timers.
        type: dict
        suboptions:
          offset:
            description: A new vm has V(utc), and a Windows V(localtime).
            type: str
            choices:
            - utc
            - localtime
            - timezone
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
                choices:
                - rtc
                - pit
                - hpet
                - tsc
                - kvmclock
                - hypervclock
                - platform
                - armvtimer
              present:
                description: Whether the guest has it.
                type: bool
              tickpolicy:
                description: What becomes of ticks that the guest missed.
                type: str
                choices:
                - delay
                - catchup
                - merge
                - discard
              track:
                description: What the timer follows.
                type: str
                choices:
                - boot
                - guest
                - wall
                - realtime
      smbios:
        description:
        - What the firmware tells of the machine, by libvirt's names. What is not named stays
          as it is.
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
        - What becomes of the vm when the guest powers off. A running vm is changed at once,
          as far as QEMU can.
        - What stops the vm here stops one with V(restart), too.
        type: str
        choices:
        - destroy
        - restart
      on_reboot:
        description: What becomes of the vm when the guest reboots.
        type: str
        choices:
        - destroy
        - restart
      on_crash:
        description: What becomes of the vm when the guest crashes.
        type: str
        choices:
        - destroy
        - restart
        - preserve
        - coredump-destroy
        - coredump-restart
      security_label:
        description: How the host's security driver confines the vm.
        type: dict
        suboptions:
          type:
            description: V(dynamic) has libvirt choose the label, V(static) takes one, V(none)
              confines not.
            type: str
            choices:
            - dynamic
            - static
            - none
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
        - The guest's system, which decides on the devices that a new vm gets where nothing
          else is said.
        - A name as C(osinfo-query os) lists it, beginning with V(debian), V(ubuntu), V(fedora),
          V(alpine), V(opensuse), V(sles), V(rhel), V(centos), V(rocky), V(almalinux) or V(freebsd);
          V(linux) or V(generic) for another system of today, V(legacy) for one without virtio
          drivers.
        - V(win10), V(win2k16), V(win2k19) and V(win2k22) get EFI, SATA disks, local time and,
          with KVM, Hyper-V's enlightenments. V(win11) and V(win2k25) get secure boot and a
          TPM besides, which need C(ovmf) and C(swtpm) on the host.
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
            choices:
            - hd
            - cdrom
            - network
          kernel:
            description: A kernel on the host, which is booted directly. Empty text takes it
              away with what it has.
            type: path
          initrd:
            description: The initial file system for O(vms[].boot.kernel), on the host.
            type: path
          cmdline:
            description: The command line for O(vms[].boot.kernel).
            type: str
      disks:
        description:
        - The disks and CD-ROM drives, all of them. One that is not listed is detached, its
          file stays.
        - Virtio disks are attached and detached while the vm runs, a CD-ROM is changed likewise.
          Other changes take effect at the next start.
        type: list
        elements: dict
        suboptions:
          source:
            description:
            - The file or block device, as an absolute path or below C(/var/lib/libvirt/images).
              It must exist.
            - One on which other images rest is refused, unless it is O(vms[].disks[].readonly).
              A vm that was removed while it had external snapshots goes on in the file of the
              last one.
            - A CD-ROM drive without it is empty.
            type: str
          pool:
            description: A storage pool of libvirt, with O(vms[].disks[].volume), instead of
              O(vms[].disks[].source).
            type: str
          volume:
            description:
            - The name of the volume in O(vms[].disks[].pool).
            - Where it is missing it is made with the vm, or with the disk, of O(vms[].disks[].size),
              over O(vms[].disks[].backing) or as a copy, O(vms[].disks[].clone_of). One that
              the vm has had and that is gone is not made anew.
            - Pools whose volumes are no files of this host make empty ones only.
            type: str
          backing:
            description:
            - What a new volume rests on, which stays as it is. A volume of the same pool, or
              the path of an image.
            - The new one is qcow2.
            type: str
          clone_of:
            description: What a new volume is a copy of. A volume of the same pool, or the path
              of an image.
            type: str
          size:
            description:
            - Its size, such as V(40G). It is grown, while the vm runs too; less than it has
              is refused.
            type: str
          target:
            description:
            - The name by which the disk is known, such as V(vda). By default the lowest that
              is free or, for a source that is attached already, the one that it has.
            type: str
          device:
            description: V(cdrom) is a drive with O(vms[].disks[].source) as its medium. By
              default V(disk).
            type: str
            choices:
            - disk
            - cdrom
          bus:
            description: The bus. By default the one that O(vms[].disks[].target) suggests,
              else the one that O(vms[].os) likes.
            type: str
            choices:
            - virtio
            - scsi
            - sata
            - ide
            - usb
          format:
            description:
            - The format of the image. By default V(qcow2) where the name ends in C(.qcow2),
              else V(raw).
            - What an image holds is never guessed, since a guest could write what it likes
              into a raw one. One that holds qcow2 under another name is refused until you say
              what is meant.
            type: str
            choices:
            - qcow2
            - raw
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
            choices:
            - default
            - none
            - writethrough
            - writeback
            - directsync
            - unsafe
          io:
            description: How the host reads and writes it.
            type: str
            choices:
            - native
            - threads
            - io_uring
          discard:
            description: Whether blocks that the guest gives up are given back to the host.
            type: str
            choices:
            - ignore
            - unmap
          detect_zeroes:
            description: What becomes of zeroes that the guest writes.
            type: str
            choices:
            - 'off'
            - 'on'
            - unmap
          iothread:
            description: The number of the thread, of O(vms[].iothreads), that serves a disk
              on virtio. V(0) is QEMU's own.
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
            - How the content of a qcow2 image is encrypted (see M(hybrid.host.qcow2)). What
              it rests on must not be encrypted, and what is written to external snapshots of
              it is not.
            - libvirt keeps the passphrase among its secrets, which root alone reads, until
              no vm has the disk any more.
            type: dict
            suboptions:
              format:
                description: V(luks), or V(none) for a disk that is not encrypted.
                type: str
                choices:
                - luks
                - none
                default: luks
              passphrase:
                description: What opens the image. One that does not is refused before it is
                  given to libvirt.
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
            description: A bridge of the host, instead of O(vms[].networks[].network).
            type: str
          direct:
            description: An interface of the host that the vm shares (macvtap), instead of O(vms[].networks[].network).
            type: str
          source_mode:
            description: How O(vms[].networks[].direct) is shared. By default V(vepa), as libvirt
              does.
            type: str
            choices:
            - bridge
            - vepa
            - private
            - passthrough
          user:
            description: Whether the interface is behind QEMU's own NAT, instead of O(vms[].networks[].network).
            type: bool
          mac:
            description: The MAC. By default one that follows from the host, the vm and the
              network, the same on every run.
            type: str
          model:
            description: The model of the interface. A new one is V(virtio), unless O(vms[].os)
              likes another.
            type: str
            choices:
            - virtio
            - e1000
            - e1000e
            - rtl8139
          ip:
            description: The address that the network's DHCP server keeps for this interface.
            type: str
          link_state:
            description: Whether the cable is in.
            type: str
            choices:
            - up
            - down
          filter:
            description: A filter of libvirt's, such as V(clean-traffic), which keeps the vm
              from using another's address or MAC. The empty text takes it away.
            type: str
          vlan:
            description: The VLAN, where the network carries such (Open vSwitch, SR-IOV). V(0)
              is none.
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
                    description: Kilobytes a second. V(0) is no limit, neither of its peak nor
                      of its burst.
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
                    description: Kilobytes a second. V(0) is no limit, neither of its peak nor
                      of its burst.
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
          V(53:53/udp) or V(8000-8009:9000-9009). The list is whole, and an empty one takes
          all away.
        - They lead to the vm's first interface on a network of libvirt's that has an O(vms[].networks[].ip),
          over IPv4. They are reached from everywhere but the host's own loopback.
        - A port that a container of the same stack, another vm, or something that listens has
          is refused.
        type: list
        elements: str
        aliases:
        - ports
      host_devices:
        description:
        - Devices of the host that the guest has to itself, all of them. One that is not listed
          is detached.
        - Each has one of C(pci), C(usb) and C(mdev).
        type: list
        elements: dict
        suboptions:
          pci:
            description: A PCI address, such as V(0000:03:00.0).
            type: str
          usb:
            description: Vendor and product, such as V(1d6b:0002), or bus and device, such as
              V(1.4) or V(001.004).
            type: str
          mdev:
            description: The UUID of a mediated device.
            type: str
          managed:
            description: Whether libvirt takes a PCI device from the host's driver. By default
              it does.
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
            - V(virtiofs) needs C(virtiofsd) on the host and memory that is shared, which a
              new vm gets. V(9p) needs neither.
            - A new one has V(virtiofs). A system container needs none.
            type: str
            choices:
            - virtiofs
            - 9p
          accessmode:
            description: How V(9p) treats owners of files. By default V(mapped); V(virtiofs)
              knows V(passthrough) alone.
            type: str
            choices:
            - passthrough
            - mapped
            - squash
          readonly:
            description: Whether the guest may only read, with V(9p) or in a system container.
            type: bool
      channels:
        description: Channels between host and guest besides that of O(vms[].guest_agent), all
          of them.
        type: list
        elements: dict
        suboptions:
          name:
            description: The name that the guest sees, such as V(com.redhat.spice.0).
            type: str
            required: true
          type:
            description: V(unix) is a socket on the host, V(spicevmc) the screen's. By default
              V(unix).
            type: str
            choices:
            - unix
            - spicevmc
          path:
            description: The socket. By default one that libvirt makes.
            type: str
      cloud_init:
        description:
        - What cloud-init does in the guest, given to it on a small disk with the label C(cidata).
          Its file is C(NAME-seed.img) below C(/var/lib/libvirt/images), where no file of anybody
          else's may be.
        - After a change the disk is made anew; a vm that runs gets it as it is started the
          next time. O(vms[].cloud_init.instance_id) says what cloud-init does in the guest
          then.
        - Only digests of it are shown and kept in the vm's definition.
        - V({}) takes it away. Answers in O(vms[].unattend) on the same disk stay.
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
            description: A network configuration for cloud-init, version 1 or 2, as a mapping
              or as the document's text.
            type: raw
          user_data:
            description:
            - As a mapping, more user data of kind C(#cloud-config), which goes over the options
              above.
            - As text, the whole user data as it is.
            type: raw
          vendor_data:
            description: Vendor data, as a mapping of kind C(#cloud-config), or as text as it
              is.
            type: raw
          meta_data:
            description: As a mapping, more meta data. As text, the whole meta data as it is.
            type: raw
          instance_id:
            description:
            - V(on_change) gives the guest another C(instance-id) with every change of any document,
              unless O(vms[].cloud_init.meta_data) has one. cloud-init then does everything
              again, as on a new machine, SSH's host keys included.
            - V(keep) leaves the guest the C(instance-id) that it has. cloud-init then does
              only what it does at every boot, and does not look again at the users, packages,
              files and commands.
            type: str
            choices:
            - keep
            - on_change
            default: on_change
      unattend:
        description:
        - How Windows is set up without anybody's answers, by an C(autounattend.xml) on a small
          disc that Setup finds by itself. It wipes the first disk.
        - Setup starts by itself where the disc that it comes on does not ask for a key at boot.
        - Only a digest of it is shown and kept in the vm's definition.
        - V({}) takes it away, once Windows is there. Documents of O(vms[].cloud_init) on the
          same disc stay.
        type: dict
        suboptions:
          hostname:
            description: The guest's name, at most 15 letters. By default what fits of the vm's
              name.
            type: str
          user:
            description: The administrator. By default V(Administrator), and V(user) on Windows
              10 and 11.
            type: str
          password:
            description: That user's password. It is needed, unless there is an O(vms[].unattend.answer_file).
            type: str
          product_key:
            description: The licence. Without one Setup takes the image that is named, for a
              trial.
            type: str
          image:
            description: The name or the number of the image on Setup's disc, as in V(Windows
              Server 2022 SERVERSTANDARD).
            type: str
          language:
            description: The language of the image, which is also the keyboard's and the region's.
              By default V(en-US).
            type: str
          timezone:
            description: The time zone as Windows names it. By default V(UTC).
            type: str
          commands:
            description: Commands that run as the user logs on for the first time, which then
              happens by itself.
            type: list
            elements: str
          drivers:
            description:
            - The ISO image of the virtio drivers. It is attached as a further CD-ROM, Setup
              finds its drivers there, and its guest tools, the agent among them, are installed
              at the first start.
            type: path
          answer_file:
            description: The whole answer file as it is, in place of all but O(vms[].unattend.drivers).
            type: str
      graphics:
        description: A screen over the network. A new vm has none, unless O(vms[].os) likes
          one.
        type: dict
        suboptions:
          type:
            description: The protocol. A new screen is V(vnc).
            type: str
            choices:
            - none
            - vnc
            - spice
          listen:
            description: The host's address on which it listens. A new screen listens on V(127.0.0.1).
            type: str
          port:
            description: The port. A new screen has one that is free whenever the vm starts.
            type: int
          password:
            description: The password, at most eight characters with V(vnc). The empty text
              takes it away.
            type: str
      video:
        description: The video adapter. A new vm has V(none) without O(vms[].graphics), else
          V(virtio) or what O(vms[].os) likes.
        type: str
        choices:
        - none
        - virtio
        - vga
        - qxl
        - cirrus
        - bochs
      console:
        description: Whether the vm has a serial console. A new vm has, with a log that messages
          of a failed wait quote.
        type: bool
      guest_agent:
        description: Whether the vm has a channel for the QEMU guest agent. A new vm has, unless
          O(vms[].os) is V(legacy).
        type: bool
      rng:
        description: Whether the vm has a source of randomness. A new vm has, unless O(vms[].os)
          is V(legacy).
        type: bool
      watchdog:
        description: A watchdog, which acts when the guest hangs.
        type: dict
        suboptions:
          model:
            description: The model; V(none) is no watchdog.
            type: str
            choices:
            - none
            - i6300esb
            - ib700
            - itco
            - diag288
          action:
            description: What it does.
            type: str
            choices:
            - reset
            - shutdown
            - poweroff
            - pause
            - none
            - dump
            - inject-nmi
      balloon:
        description: The device by which the guest gives memory back.
        type: dict
        suboptions:
          model:
            description: The model; V(none) is no balloon.
            type: str
            choices:
            - virtio
            - none
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
        - What no option covers, said of libvirt's XML itself. Each patch is kept like an option
          and costs a restart.
        type: list
        elements: dict
        suboptions:
          path:
            description:
            - Steps from the domain's element, with conditions on attributes, to an element
              or an attribute, such as C(./devices/sound[@model='ich9']/codec/@type). Steps
              that are missing are made. C(qemu:) begins one of QEMU's own.
            type: str
            required: true
          value:
            description: The text that is to be there.
            type: str
          present:
            description: Whether it is to be there at all. V(false) removes all that is there.
              By default it is.
            type: bool
      autostart:
        description: Whether the vm starts with the host.
        type: bool
      protection:
        description:
        - Whether the vm is protected from removal and replacement. V(false) in the same task
          permits it.
        type: bool
      labels:
        description: Names and values of your own, kept in the vm's definition.
        type: dict
      uuid:
        description:
        - The UUID. By default one that follows from the host and the name.
        - Another one is a replacement, and refused where libvirt would forget what it keeps
          by the UUID, the state of an emulated TPM and snapshots.
        type: str
      delete_disks:
        description:
        - Whether O(vms[].state=absent) removes disks. V(owned) removes those that carry the
          mark of a stack (see M(hybrid.host.stack)), unless another vm uses them or an image
          rests on them, and never a medium, a shared disk or a backing image.
        - One that M(hybrid.host.qcow2) made outside of a stack carries none and stays, until
          that module removes it.
        - Of the volumes of a pool it removes those files that were made for this very vm.
        type: str
        choices:
        - none
        - owned
        default: none
      wait_for:
        description: What to wait for once the vm runs. A vm that ends meanwhile is an error
          at once.
        type: dict
        suboptions:
          agent:
            description: Wait until the guest agent answers.
            type: bool
          ip:
            description:
            - Wait until the guest has an address, and every address that its interfaces ask
              for.
            - Its agent tells them, else the leases of the network, else the host's own table
              of neighbours. The latter two remember guests that are gone, so that the guest
              has to answer, too, where it is on a bridge. Of a guest on an interface of the
              host (O(vms[].networks[].direct)) or behind QEMU's NAT (O(vms[].networks[].user))
              only its agent tells.
            type: bool
          port:
            description:
            - Wait until this TCP port of the guest accepts connections. From the host none
              is reached of a guest that is behind QEMU's NAT alone.
            type: int
          timeout:
            description: How long in all, in seconds or as V(5m). By default V(300).
            type: str
      shutdown_timeout:
        description: How long a guest may take to power off, in seconds or as V(2m). By default
          V(120).
        type: str
      force_stop:
        description: Whether to cut the power of a guest that has not powered off by then. Otherwise
          that fails.
        type: bool
        default: false
      power_cycle:
        description:
        - An act, once in each run, of a vm that runs already. V(restart) shuts the guest down
          and starts it from its definition; V(reset) presses the reset button.
        type: str
        choices:
        - restart
        - reset
      depends_on:
        description:
        - The workloads of the stack that are to be there before this one is touched.
        - Each is a name, of a container or else a vm, or C(container/NAME) or C(vm/NAME).
        - Or a dictionary with such a C(name), and a C(condition) to wait for.
        - The conditions are V(started), and V(port) with the number as C(port).
        - A container may also be V(healthy) or V(completed), and a vm V(agent).
        type: list
        elements: raw
"""
