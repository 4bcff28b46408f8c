# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a container: what it may use and do."""

    DOCUMENTATION = r"""
options:
  memory:
    description:
      - The limit of memory, as in V(512M). V(0) means none. Changes while it runs.
    type: str
    aliases: [mem_limit]
  memory_reservation:
    description:
      - The memory to leave to it when memory is scarce. Changes while it runs.
    type: str
    aliases: [mem_reservation]
  memory_swap:
    description:
      - The limit of memory and swap together, V(-1) for none. Changes while it runs.
    type: str
    aliases: [memswap_limit]
  memory_swappiness:
    description:
      - How readily its memory is swapped out, from 0 to 100; V(-1) leaves that to the kernel. It takes version 1 of
        control groups.
    type: int
    aliases: [mem_swappiness]
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
      - Whether the kernel does I(not) kill it when memory runs out. The name is the engine's, which disables its
        killer so. V(true) takes version 1 of control groups.
    type: bool
    aliases: [oom_kill_disable]
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
      - Microseconds in which O(cpu_quota) counts. Changes while it runs.
    type: int
  cpu_quota:
    description:
      - Microseconds of processors in each O(cpu_period). Changes while it runs.
    type: int
  cpuset_cpus:
    description:
      - The processors it may use, as in V(0-3). Changes while it runs.
    type: str
    aliases: [cpuset]
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
      - V(recommended) and V(strict) stand for the options below where they are left out, and report each option that is
        not as the CIS Docker Benchmark 1.6.0 has it, by its number, as an action V(deviate) with the status V(noted).
      - Both set O(security_opts) to V(no-new-privileges) and O(default_host_ip) to V(127.0.0.1).
      - V(recommended) drops AUDIT_WRITE, MKNOD, NET_RAW, SETFCAP, SETPCAP and SYS_CHROOT, and limits O(memory) to 1G
        and O(pids_limit) to 500.
      - V(strict) drops all capabilities, makes the root file system read-only, and limits O(memory) to 512M and
        O(pids_limit) to 100.
    type: str
    choices: [none, recommended, strict]
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
    aliases: [cap_add]
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
    aliases: [security_opt]
  groups:
    description:
      - Groups of its user besides the usual ones.
    type: list
    elements: str
    aliases: [group_add]
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
    choices: [private, host]
    aliases: [cgroup]
  ipc_mode:
    description:
      - Whose IPC namespace it has, V(host), V(private), V(shareable) or V(container:NAME).
    type: str
    aliases: [ipc]
  pid_mode:
    description:
      - Whose process namespace it has, V(host) or V(container:NAME).
    type: str
    aliases: [pid]
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
      - Options of O(log_driver).
    type: dict
    aliases: [log_opt]
  tty:
    description:
      - Whether it has a terminal.
    type: bool
  interactive:
    description:
      - Whether its standard input stays open.
    type: bool
    aliases: [stdin_open]
"""
