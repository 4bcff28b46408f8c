# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a container: what it is made of, what it runs, and when."""

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
      - V(completed) means that it was run to its end, with exit code 0. It is run again where it ended otherwise, or
        where it differs from what is asked.
      - V(stopped) means that it exists and does not run. V(present) leaves that to others.
      - V(absent) stops and removes it.
    type: str
    choices: [started, healthy, completed, stopped, present, absent]
    default: started
  image:
    description:
      - The image to make it of, by its name or its id. Needed when there is no container of that name yet.
      - When the name stands for another image than the one the container was made of, the container is replaced.
    type: str
  pull:
    description:
      - V(missing) pulls the image where the engine has none of that name.
      - V(always) also asks the registry whether it has a newer one under the name, unless that is a digest. V(never)
        pulls nothing.
      - V(true) is V(always), and V(false) is V(missing).
    type: raw
    choices: [never, missing, always, true, false]
    default: missing
  pull_check_mode_behavior:
    description:
      - Taken for the sake of community.docker's playbooks. Check mode asks the registry, and always tells the truth.
    type: str
    choices: [image_not_present, always]
    default: image_not_present
  image_comparison:
    description:
      - Which image's variables, labels, volumes and ports an exact comparison expects, that of O(image) or the
        container's own.
    type: str
    choices: [desired-image, current-image]
    default: desired-image
  image_label_mismatch:
    description:
      - With V(fail), an exact comparison of O(labels) refuses an image with labels that are not listed.
    type: str
    choices: [ignore, fail]
    default: ignore
  image_name_mismatch:
    description:
      - With V(ignore), a container stays that was made of the very image of O(image), but by another name.
    type: str
    choices: [ignore, recreate]
    default: recreate
  platform:
    description:
      - The platform of the image, as V(linux/arm64/v8) or a part of that.
    type: str
  comparisons:
    description:
      - How options are compared with the container, by their names, V(strict), V(allow_more_present) for lists and
        maps, or V(ignore). C(*) stands for all.
      - Where nothing is said, lists in which order matters are compared strictly, and all others may hold more than
        is asked, as in community.docker. In a stack, all are compared strictly, but for O(env), O(labels) and
        O(exposed_ports).
    type: dict
  container_default_behavior:
    description:
      - With V(compatibility), C(auto_remove), C(init), C(interactive), C(paused), C(privileged), C(read_only) and
        C(tty) are off, C(detach) is on and C(memory) is 0 where they are left out.
    type: str
    choices: [compatibility, no_defaults]
    default: no_defaults
  command:
    description:
      - The command and its arguments, as a list, or as one text that is split as a shell splits it. Nothing in it is
        expanded.
      - An empty list stands for the image's own.
    type: raw
  command_handling:
    description:
      - With V(compatibility), a list is joined and split as a shell splits it, and an empty O(command) or
        O(entrypoint) is not managed.
    type: str
    choices: [compatibility, correct]
    default: correct
  entrypoint:
    description:
      - The entry point and its arguments, as O(command). A list of one empty text takes the image's away.
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
  env_file:
    description:
      - A file of the host with variables, one C(NAME=value) a line. O(env) has precedence.
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
          - The command, as a list, or as one text for the container's shell. V(NONE), or none at all, takes the image's
            check away.
        type: raw
      test_cli_compatible:
        description:
          - Whether the image's test stays where O(healthcheck.test) is left out.
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
          - The time between two checks during O(healthcheck.start_period).
        type: str
      retries:
        description:
          - How many failures in a row make it unhealthy.
        type: int
  healthy_wait_timeout:
    description:
      - How long to wait until it is healthy or completed, or until what others need of it is there. When left out,
        5 minutes; V(0) is for ever.
    type: str
  restart_policy:
    description:
      - When the engine starts the container again. Changes while it runs.
      - When the host restarts, Podman starts those of V(always) alone, by its unit C(podman-restart.service).
    type: str
    choices: ['no', on-failure, always, unless-stopped]
  restart_retries:
    description:
      - How often O(restart_policy=on-failure) tries.
    type: int
  restart:
    description:
      - Whether to restart it now, where it runs and is not made anew.
    type: bool
    default: false
  recreate:
    description:
      - Whether to make it anew, whatever it is like. With O(state=present) the new one does not start.
    type: bool
    default: false
  paused:
    description:
      - Whether it is frozen. When left out, that is left to others.
    type: bool
  detach:
    description:
      - With V(false), a container that is started is waited for. Its output is told under C(container.Output), its
        exit code as C(status); another code than 0 is a failure.
      - A container that has ended is started again by the next run.
    type: bool
  cleanup:
    description:
      - With O(detach=false), whether to remove the container at its end.
    type: bool
    default: false
  output_logs:
    description:
      - Taken for the sake of community.docker's playbooks. With O(detach=false), the output always stands in the
        result.
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
    aliases: [forcekill]
  kill_signal:
    description:
      - The signal that O(force_kill) sends, by its name or number. When left out, SIGKILL.
    type: str
  stop_signal:
    description:
      - The signal that asks it to stop, by its name or number.
    type: str
  stop_timeout:
    description:
      - Seconds that it has to stop before it is killed. Never a reason to change a container that is there.
    type: int
  removal_wait_timeout:
    description:
      - Seconds to wait for an engine that is still removing it. When left out, a minute.
    type: float
  keep_volumes:
    description:
      - Whether the volumes without a name stay when the container is removed, and go over to its successor.
    type: bool
    default: true
"""
