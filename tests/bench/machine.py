# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host that is measured: playbooks against it, and commands on it. Everything is timed."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import shlex
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from documents import FOLDER

BENCH = Path(__file__).resolve().parent
REPOSITORY = BENCH.parents[1]
BUILD = REPOSITORY / "build" / "bench"
VARIABLES = BUILD / "variables.json"
SECONDS, LINE_SECONDS = 900, 4


class Failed(Exception):
    """A step of the benchmark did not work, so that nothing can be said about its time."""


@dataclasses.dataclass(frozen=True)
class Spent:
    """What one process took."""

    seconds: float
    peak: int
    output: str


class Machine:
    """One host of an inventory, reached as Ansible reaches it."""

    def __init__(self, inventory: str, host: str) -> None:
        self._target = ["-i", inventory, "--limit", host]
        listed = ["ansible-inventory", "-i", inventory, "--host", host]
        answer = json.loads(subprocess.run(listed, check=True, capture_output=True, text=True).stdout)
        self._ssh = [
            "ssh",
            *shlex.split(answer.get("ansible_ssh_common_args", "")),
            *(
                "-o",
                f"ControlPath={answer['ansible_control_path_dir']}/be-%C",
                "-i",
                answer["ansible_ssh_private_key_file"],
            ),
            f"{answer['ansible_user']}@{answer['ansible_host']}",
        ]

    def play(self, name: str, *, unchanged: bool = False, **variables: Any) -> float:
        """Runs a playbook of ours; its seconds, from the shell's command to its end.

        With ``unchanged`` it must not change anything.
        """
        return self._play(BENCH / "playbooks" / f"{name}.yml", variables, {}, unchanged=unchanged)

    def peer(self, name: str, *, unchanged: bool = False, **variables: Any) -> float:
        """As ``play``, with the collections of the package ``ansible``."""
        folder = BUILD / "venv" / "bin"
        own = {"PATH": f"{folder}:{os.environ['PATH']}", "ANSIBLE_CONFIG": str(BUILD / "peers.cfg")}
        own["ANSIBLE_COLLECTIONS_PATH"] = str(BUILD / "none")
        return self._play(BUILD / f"{name}.yml", variables, own, unchanged=unchanged)

    def payload(self, variant: str, document: str) -> str:
        """Converges a document; the path on the host of the very module file that Ansible sent for it."""
        folder = f"{FOLDER}/payload-{hashlib.sha256(f'{variant}/{document}'.encode()).hexdigest()[:12]}"
        self.shell("rm", "-rf", folder)
        keeping = {"ansible_remote_tmp": folder, "ansible_ssh_pipelining": False}
        keeping |= {"bench_variant": variant, "bench_document": document}
        self._play(BENCH / "playbooks" / "stack.yml", keeping, {"ANSIBLE_KEEP_REMOTE_FILES": "1"})
        found = self.shell("find", folder, "-name", "AnsiballZ_stack.py").splitlines()
        if len(found) != 1:
            raise Failed(f"Ansible left {len(found)} files of the module in {folder}")
        return found[0]

    def shell(self, *command: str) -> str:
        """The output of a command on the host."""
        return self._run([*self._ssh, shlex.join(command)], {})

    def timed(self, *command: str) -> Spent:
        """As ``shell``, with what its process took on the host."""
        answer = json.loads(self.shell("python3", f"{FOLDER}/timed.py", *command))
        if answer["code"] != 0:
            raise Failed(f"{shlex.join(command)}: {answer['output']}")
        return Spent(answer["seconds"], answer["peak"], answer["output"])

    def _play(
        self,
        playbook: Path,
        variables: Mapping[str, Any],
        environment: Mapping[str, str],
        *,
        unchanged: bool = False,
    ) -> float:
        turn = BUILD / "turn.json"
        turn.write_text(json.dumps(dict(variables)), encoding="utf-8")
        command = ["ansible-playbook", *self._target, "-e", f"@{VARIABLES}", "-e", f"@{turn}"]
        started = time.monotonic()
        output = self._run([*command, str(playbook)], environment)
        seconds = time.monotonic() - started
        if unchanged and " changed=0 " not in output:
            raise Failed(f"{playbook.name} should have changed nothing:\n{output[-2000:]}")
        return seconds

    def _run(self, command: list[str], environment: Mapping[str, str]) -> str:
        with subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            output, errors = _awaited(program, Path(command[-1]).name)
        if program.returncode != 0:
            raise Failed(f"{shlex.join(command)[-400:]}:\n{output[-2000:]}{errors[-2000:]}")
        return output


def _awaited(program: subprocess.Popen[str], name: str) -> tuple[str, str]:
    """What it printed. Meanwhile a line every few seconds says that it runs."""
    started = time.monotonic()
    while time.monotonic() - started < SECONDS:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return program.communicate(timeout=LINE_SECONDS)
        print(f"  ... {time.monotonic() - started:.0f} s  {name}", flush=True)
    program.kill()
    raise Failed(f"{name}: not within {SECONDS} s")
