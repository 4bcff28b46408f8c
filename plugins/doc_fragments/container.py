# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a container."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the container.
    type: str
    required: true
    aliases: [container_name]
  state:
    description:
      - V(started) means that the container exists and runs, V(healthy) that its healthcheck says so too.
      - V(stopped) means that it exists and does not run. V(present) leaves that to others.
      - V(absent) stops and removes it.
    type: str
    choices: [started, healthy, stopped, present, absent]
    default: started
  image:
    description:
      - The image to make it of. Needed when there is no container of that name yet.
      - When the name stands for another image than the one the container was made of, the container is replaced.
    type: str
  pull:
    description:
      - V(missing) pulls the image where the engine has none of that name.
      - V(always) also asks the registry whether it has a newer one under the name. V(never) pulls nothing.
    type: str
    choices: [never, missing, always]
    default: missing
  command:
    description:
      - The command and its arguments, as a list, or as one text that is split as a shell splits it. Nothing in it is
        expanded.
    type: raw
  entrypoint:
    description:
      - The entry point and its arguments, as O(command).
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
      - Environment variables, as names and texts. Others that the container or its image has stay.
      - Results and diffs show their names only.
    type: dict
    aliases: [environment]
  labels:
    description:
      - Labels, as names and texts. Others that the container or its image has stay.
    type: dict
  volumes:
    description:
      - Volumes and folders of the host, as V(VOLUME:/path) or V(/path/on/the/host:/path), with V(:ro) and other options
        behind it. V(/path) alone is a volume without a name.
    type: list
    elements: str
  tmpfs:
    description:
      - Paths in memory, as V(/run) or V(/run:size=64m).
    type: list
    elements: str
  published_ports:
    description:
      - Ports that the host answers for, as V(8080:80), V(127.0.0.1:8080:80), V(53:53/udp), V(8000-8009:9000-9009).
        V(80) alone gets a free port of the host.
    type: list
    elements: str
    aliases: [ports]
  exposed_ports:
    description:
      - Ports that are marked as exposed, as V(80) or V(53/udp). Others that the image marks stay.
    type: list
    elements: str
    aliases: [exposed, expose]
  network_mode:
    description:
      - V(host), V(none), V(bridge), V(container:NAME), or the name of a network. See O(networks) for more.
    type: str
  networks:
    description:
      - The networks that the container is on, and no other. They change while it runs.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The name of the network.
        type: str
        required: true
      ipv4_address:
        description:
          - The container's fixed address there.
        type: str
      aliases:
        description:
          - Names by which other containers on the network reach it.
        type: list
        elements: str
  dns_servers:
    description:
      - Name servers, in order.
    type: list
    elements: str
    aliases: [dns]
  dns_search_domains:
    description:
      - Search domains, in order.
    type: list
    elements: str
    aliases: [dns_search]
  dns_opts:
    description:
      - Options of the resolver.
    type: list
    elements: str
    aliases: [dns_opt]
  etc_hosts:
    description:
      - Additional names, each with its address.
    type: dict
  restart_policy:
    description:
      - When the engine starts the container again. Changes while it runs.
    type: str
    choices: ['no', on-failure, always, unless-stopped]
    aliases: [restart]
  restart_retries:
    description:
      - How often O(restart_policy=on-failure) tries.
    type: int
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
  cpus:
    description:
      - How many processors it may use, as in V(1.5). V(0) means all. Changes while it runs.
    type: float
  cpu_shares:
    description:
      - Its weight among others that want the processors. Changes while it runs.
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
  pids_limit:
    description:
      - How many processes it may have, V(-1) for any number. Changes while it runs.
    type: int
  shm_size:
    description:
      - The size of C(/dev/shm).
    type: str
  oom_score_adj:
    description:
      - How readily the kernel kills it when memory runs out, from -1000 to 1000.
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
  devices:
    description:
      - Devices of the host, as V(/dev/ttyS0:/dev/ttyS0:rwm).
    type: list
    elements: str
  groups:
    description:
      - Groups of its user besides the usual ones.
    type: list
    elements: str
    aliases: [group_add]
  init:
    description:
      - Whether an init of the engine's is its first process.
    type: bool
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
  stop_signal:
    description:
      - The signal that asks it to stop.
    type: str
  stop_timeout:
    description:
      - Seconds that it has to stop before it is killed. Never a reason to change a container that is there.
    type: int
  healthcheck:
    description:
      - How the engine sees whether the container is healthy.
    type: dict
    suboptions:
      test:
        description:
          - The command, as a list, or as one text for the container's shell. V(NONE) takes the image's away.
        type: raw
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
      retries:
        description:
          - How many failures in a row make it unhealthy.
        type: int
  healthy_wait_timeout:
    description:
      - How long to wait until it is healthy, or until what others need of it is there. When left out, 5 minutes.
    type: str
  keep_volumes:
    description:
      - Whether the volumes without a name stay when the container is removed.
    type: bool
    default: true
"""
