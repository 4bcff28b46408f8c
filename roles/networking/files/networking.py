#!/usr/bin/python3
# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""hybrid-host-networking plan|apply|remove SETTINGS: lets through what is forwarded for vms and containers.

SETTINGS is a JSON object or a file with one: bridges, open_bridges (names; one with + at its end is a prefix) and
restart_docker. Two chains of iptables and ip6tables are its own, and nothing else is ever touched:

HYBRID-HOST comes last in FORWARD. For the bridges it accepts what no rule of anybody has decided on, which is what the
policy of FORWARD would drop, and no more. A Docker that has its rules in nftables has its own bridges among them.
HYBRID-OPEN comes last in DOCKER-USER. For the open bridges it accepts before Docker is asked.

``plan`` prints what differs, as a JSON list. ``apply`` changes just that, and has an engine write its rules again whose
rules were seen and are gone. ``remove`` takes both chains away.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LAST, OPEN = "HYBRID-HOST", "HYBRID-OPEN"
FAMILIES = ("iptables", "ip6tables")
SECONDS = 20
#: Which engines had their rules when they were last looked for; gone with the next boot.
SEEN = Path("/run/hybrid-host-networking.json")
LIBVIRT_NETWORKS = Path("/run/libvirt/network")
LIBVIRT_UNITS = ("virtnetworkd", "libvirtd")
#: Networks for which libvirt makes rules; one without a mode is isolated.
LIBVIRT_MODES = (None, "nat", "route")
#: Docker's own bridges, whose rules in iptables are none where it has a table of nftables.
DOCKER_BRIDGES, DOCKER_TABLE = ["docker0", "br-+"], "table ip docker-bridges"
#: What an engine's rules are known by: a jump from FORWARD, or a table of nftables.
MARKS = {
    "docker": ("-A FORWARD -j DOCKER-USER", "-A FORWARD -j DOCKER-FORWARD", DOCKER_TABLE),
    "libvirt": ("-A FORWARD -j LIBVIRT_FWO", "table ip libvirt_network"),
}

Rules = Sequence[str]


class Failed(Exception):
    """A command that has to work did not; the message has its own words."""


def run(argv: Sequence[str], text: str = "") -> str:
    """What a command printed. Raises ``Failed``."""
    try:
        done = subprocess.run(argv, input=text, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{argv[0]}: {error}") from None
    if done.returncode:
        raise Failed(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def said(argv: Sequence[str]) -> str:
    """Likewise; nothing where it fails."""
    try:
        return run(argv)
    except Failed:
        return ""


def rules_of(command: str) -> Rules | None:
    """The table ``filter``. None where the host has no such command, or no such family."""
    if shutil.which(command) is None:
        return None
    if command == "ip6tables" and not Path("/proc/net/if_inet6").exists():
        return None
    return run([command, "-w", "5", "-S"]).splitlines()


def chain(rules: Rules, name: str) -> list[str]:
    return [rule for rule in rules if rule.startswith(f"-A {name} ")]


def accepts(name: str, bridges: Sequence[str]) -> list[str]:
    return [f"-A {name} {way} {bridge} -j ACCEPT" for bridge in bridges for way in ("-i", "-o")]


def changes(rules: Rules, settings: dict[str, Any]) -> list[str]:
    """What makes the table as it should be, for ``iptables-restore --noflush``: all of it at once, or none."""
    lines = [*_filled(rules, LAST, settings["bridges"])]
    forward = chain(rules, "FORWARD")
    jump = f"-A FORWARD -j {LAST}"
    if forward[-1:] != [jump] or forward.count(jump) > 1:
        lines += [f"-D FORWARD -j {LAST}"] * forward.count(jump) + [jump]
    if "-N DOCKER-USER" in rules and settings["open_bridges"]:
        lines += [
            *_filled(rules, OPEN, settings["open_bridges"]),
            *_before_return(chain(rules, "DOCKER-USER")),
        ]
    else:
        lines += _removed(rules, OPEN)
    return lines


def _filled(rules: Rules, name: str, bridges: Sequence[str]) -> list[str]:
    wanted = accepts(name, bridges)
    if f"-N {name}" in rules and chain(rules, name) == wanted:
        return []
    return [f":{name} - [0:0]", *wanted]


def _before_return(present: list[str]) -> list[str]:
    """Others' rules in DOCKER-USER come first. Docker until 27 ends the chain itself, by a rule that returns."""
    jump, end = f"-A DOCKER-USER -j {OPEN}", "-A DOCKER-USER -j RETURN"
    others = [rule for rule in present if rule != jump]
    place = others.index(end) if end in others else len(others)
    if present == [*others[:place], jump, *others[place:]]:
        return []
    return [f"-D DOCKER-USER -j {OPEN}"] * present.count(jump) + [f"-I DOCKER-USER {place + 1} -j {OPEN}"]


def _removed(rules: Rules, name: str) -> list[str]:
    if f"-N {name}" not in rules:
        return []
    jumps = [rule for rule in rules if rule.startswith("-A ") and rule.endswith(f" -j {name}")]
    return [*(rule.replace("-A", "-D", 1) for rule in jumps), f"-F {name}", f"-X {name}"]


def restore(command: str, lines: Sequence[str]) -> None:
    text = "\n".join(["*filter", *lines, "COMMIT", ""])
    run([f"{command}-restore", "-w", "5", "--noflush"], text)


def running(engine: str) -> bool:
    """Whether an engine runs that should have rules."""
    if engine == "docker":
        return said(["systemctl", "is-active", "docker.service"]).strip() == "active"
    return any(_mode(path) in LIBVIRT_MODES for path in LIBVIRT_NETWORKS.glob("*.xml"))


def _mode(path: Path) -> str | None:
    """How libvirt forwards for a network that runs, by what it keeps of it meanwhile."""
    try:
        forward = ET.parse(path).getroot().find(".//forward")
    except (OSError, ET.ParseError):
        return "unknown"
    return None if forward is None else forward.get("mode", "nat")


def unit(engine: str) -> str:
    if engine == "docker":
        return "docker.service"
    for name in LIBVIRT_UNITS:
        if (
            "active"
            in said(
                [
                    "systemctl",
                    "show",
                    "--property=ActiveState",
                    "--value",
                    f"{name}.service",
                    f"{name}.socket",
                ]
            ).split()
        ):
            return f"{name}.service"
    return f"{LIBVIRT_UNITS[-1]}.service"


def may_restart(engine: str, settings: dict[str, Any]) -> bool:
    """vms run on while libvirt restarts, containers only where Docker was told so."""
    if engine != "docker" or settings["restart_docker"]:
        return True
    return said(["docker", "info", "--format", "{{.LiveRestoreEnabled}}"]).strip() == "true"


def bring_back(settings: dict[str, Any]) -> None:
    """Has an engine write its rules again where they were seen and are gone.

    Only then: one that was told to make none, or cannot, would be restarted for ever. The job is not waited for, since
    what an engine's start brings along is this program, too.
    """
    state = _seen()
    there = [*(rules_of("iptables") or ()), *tables()]
    for engine, marks in MARKS.items():
        if not running(engine):
            continue
        if any(mark in there for mark in marks):
            state[engine] = "there"
        elif state.get(engine) in ("there", "told"):
            if may_restart(engine, settings):
                state[engine] = "restarted"
                notice(f"the rules of {engine} are gone: restarting it")
                run(["systemctl", "--no-block", "restart", unit(engine)])
            elif state[engine] == "there":
                state[engine] = "told"
                notice(f"the rules of {engine} are gone: restart it. Containers do not run on meanwhile")
    SEEN.write_text(json.dumps(state), encoding="utf-8")


def _seen() -> dict[str, str]:
    try:
        found = json.loads(SEEN.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def notice(text: str) -> None:
    """For the journal, as a warning."""
    print(f"<4>{text}", file=sys.stderr)


def read(text: str) -> dict[str, Any]:
    given = json.loads(text if text.startswith("{") else Path(text).read_text(encoding="utf-8"))
    return {"bridges": [], "open_bridges": [], "restart_docker": False, **given}


def tables() -> list[str]:
    """Those of nftables."""
    return said(["nft", "list", "tables"]).splitlines()


def planned(verb: str, settings: dict[str, Any]) -> dict[str, list[str]]:
    """By command, what it would be given."""
    found: dict[str, list[str]] = {}
    if DOCKER_TABLE in tables():
        settings = {**settings, "bridges": [*settings["bridges"], *DOCKER_BRIDGES]}
    for command in FAMILIES:
        rules = rules_of(command)
        if verb == "remove":
            found[command] = [line for name in (LAST, OPEN) for line in _removed(rules or (), name)]
        elif rules is not None or command == "iptables":
            found[command] = changes(rules or (), settings)
    return {command: lines for command, lines in found.items() if lines}


def main(verb: str, text: str) -> int:
    settings = read(text)
    found = planned(verb, settings)
    if verb == "plan":
        print(json.dumps([f"{command}: {line}" for command, lines in found.items() for line in lines]))
        return 0
    for command, lines in found.items():
        restore(command, lines)
    if verb == "apply":
        bring_back(settings)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("plan", "apply", "remove"):
        sys.exit(__doc__)
    try:
        sys.exit(main(*sys.argv[1:]))
    except Failed as failure:
        sys.exit(f"<3>{failure}")
