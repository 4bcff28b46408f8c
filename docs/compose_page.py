# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the page of what a Compose file becomes: from the tables by which it is read, and from that of refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ansible_collections.hybrid.host.plugins.module_utils._compose.refused import REFUSED
from ansible_collections.hybrid.host.plugins.module_utils._compose.service import DIRECT

HEAD = """\
# Compose files

<!-- Made by docs/generate.py from the tables by which they are read: change docs/compose_page.py, run `make docs`. -->

```yaml
- hybrid.host.stack:
    name: shop
    compose_files: [compose.yml, compose.production.yml]
    compose_profiles: [mail]
    compose_env: {TAG: "3", DB_PASSWORD: "{{ db_password }}"}
    compose_directory: /srv/shop
```

The files of the [Compose Specification](https://github.com/compose-spec/compose-spec) are read on the controller, where
Ansible finds files of a role or a play, vaulted ones too. They become the stack's own lists, to which the task may add
more; one name twice is refused. From there all is as ever: one plan, check mode, repair, `prune`.

- **Files**: a later one overrides an earlier one, with `!reset` and `!override`. `extends` takes a service of the
  same file or of another. `include` takes in a whole document, with the variables and files that stand beside it; its
  relative paths on the host are seen from its folder, as it lies to that of the first file. Files on the controller
  that they name (`env_file`, `label_file`, those of `configs` and `secrets`) stand beside the first, those of an
  extended service beside its own file.
- **Variables** come from `compose_env`, then from `.env` beside the first file. The controller's environment is not
  asked: a run is the same for everybody. A variable that is set nowhere is empty, with a warning. `name`, where it is
  given, is the stack's.
- **Paths on the host** that are relative, those of builds and of folders that are mounted, stand in
  `compose_directory`.
- **Names**: a container has its service's name or `container_name`, since workloads reach each other by it. Networks
  and volumes are `STACK_NETWORK` and `STACK_VOLUME`, images that are built `STACK-SERVICE`, unless the file names them;
  so the volumes of a project of Compose are found again, and used as they are. No engine marks a volume that is there:
  the stack never removes one that it did not make. Names that `tags` give to an image stay when the image goes.
- **Networks**: services that name none are on `STACK_default`, with a subnet that nobody else has. A network that only
  containers are on is the container engine's alone. For one with a domain, by which vms and containers have names for
  each other, say `external: true` in the file, and give it in the task's `networks`.
- **Vms** stand under `x-vms`, by name, with the options of `vms`. Their networks are those of the file, and services
  may name them in `depends_on`.
- **Configs and secrets** are files that a container gets before it starts: no folder of the host, no environment and no
  result has them. What changes in them makes the container anew.
- **Dependencies** wait as in `depends_on` of the stack. One with `required: false` counts where its service is active.
- **To see what a file becomes**: `lookup('hybrid.host.stack_document', 'compose.yml', name='shop')` gives the lists.
  `hybrid.host.backup` keeps these, so that a restore needs no file.

## What a service becomes

Of two ways to say one thing, a limit and the limit of `deploy`, both have to say the same.

| in a service | option of the container |
| --- | --- |
"""
PARTS = {
    "blkio_config": "`blkio_weight`, `device_read_bps`, `device_read_iops`, `device_write_bps`, `device_write_iops`",
    "build": "an item of `images`",
    "configs": "`files`",
    "container_name": "`name`",
    "depends_on": "`depends_on`, with `service_started`, `service_healthy` and `service_completed_successfully`, which "
    "makes the other's `state` `completed`",
    "deploy": "`mode: replicated` and `replicas: 1`; `resources`: `cpus`, `memory`, `pids_limit`, "
    "`memory_reservation`, `device_requests`; `restart_policy`: `restart_policy`, `restart_retries`",
    "devices": "`devices`",
    "env_file": "`env`",
    "environment": "`env`",
    "extends": "the options of that service",
    "external_links": "`links`",
    "gpus": "`device_requests`",
    "ipc": "`ipc_mode`",
    "label_file": "`labels`",
    "labels": "`labels`",
    "links": "`links`, `depends_on`",
    "logging": "`log_driver`, `log_options`",
    "network_mode": "`network_mode`",
    "networks": "`networks`, that of the highest `priority` first",
    "pid": "`pid_mode`",
    "profiles": "nothing, where none of them is in `compose_profiles`",
    "pull_policy": "`pull`; not those that ask a clock",
    "restart": "`restart_policy`, `restart_retries`",
    "scale": "nothing, and is 1",
    "secrets": "`files`, in `/run/secrets`",
    "volumes": "`volumes` where one text says it, else `mounts`; `tmpfs`",
    "volumes_from": "`volumes_from`, `depends_on`",
}
REST = """
## What the rest becomes

| in the file | becomes |
| --- | --- |
| `networks.*` | an item of `networks`: `internal` is `mode: isolated`; `ipam.config` with one subnet is `subnet`, \
`gateway` and `containers`; the driver is `bridge`, its options are those for the bridge's name and the MTU |
| `volumes.*` | an item of `volumes`: `driver`, `driver_options`, `labels` |
| `external` | nothing: it has to be there, or to stand in the task |
| `configs.*`, `secrets.*` | what services are granted: `file`, `environment`, and `content` of configs |
| `x-vms.*` | an item of `vms` |
| `version`, other `x-` | nothing |

## What is refused

By its place, before anything is touched. So is every key that is not known here.

| place | why |
| --- | --- |
"""


def page() -> str:
    """The page."""
    services = {**{key: f"`{option}`" for key, (option, _read) in DIRECT.items()}, **PARTS}
    return HEAD + "".join(_rows(services)) + REST + "".join(_rows(REFUSED))


def _rows(rows: Mapping[str, str]) -> Iterator[str]:
    return (f"| `{key}` | {text} |\n" for key, text in sorted(rows.items()))
