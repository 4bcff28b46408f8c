# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""hybrid-host-networking plan|apply|remove SETTINGS: lets through what is forwarded for vms and containers.

SETTINGS is a JSON object or a file with one: routed (bridges; a name with + at its end is a prefix), bridged, open and
restart_docker. Two chains of iptables and ip6tables are its own, and no rule of others is ever touched:

HYBRID-HOST comes last in FORWARD, and accepts what no rule of anybody has decided on, which is what the policy of
FORWARD would drop: what comes from or goes to a routed bridge, and what stays on a bridged one. The networks of libvirt
that run are among the routed, and so are Docker's where it has its rules in nftables.
HYBRID-OPEN comes last in DOCKER-USER. For the open bridges it accepts before Docker is asked.

``plan`` prints what differs, as a JSON list. ``apply`` changes just that, has an engine write its rules again whose
rules were seen and are gone, and has the collection's own tables of nftables loaded again. ``remove`` takes both chains
away.
"""

from __future__ import annotations

import contextlib
import fcntl
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
#: Docker stops its containers before it starts anew.
SECONDS = 300
#: Of each engine whose rules were seen since the boot, how often they were missed and brought back in vain since.
MISSED, TRIES = Path("/run/hybrid-host-networking.json"), 3
LOCK = Path("/run/lock/hybrid-host-networking")
LIBVIRT_NETWORKS = Path("/run/libvirt/network")
LIBVIRT_UNITS = ("virtnetworkd", "libvirtd")
#: Networks for which libvirt makes rules; one without a mode is isolated.
LIBVIRT_MODES = (None, "nat", "route")
#: Docker's own bridges, whose rules in iptables are none where it has a table of nftables.
DOCKER_BRIDGES, DOCKER_TABLE = ["docker0", "br-+"], "table ip docker-bridges"
#: What an engine's rules are known by: a jump from FORWARD, until Docker 27 or from 28 on, or a table of nftables.
MARKS = {
    "docker": {"-A FORWARD -j DOCKER-ISOLATION-STAGE-1", "-A FORWARD -j DOCKER-FORWARD", DOCKER_TABLE},
    "libvirt": {"-A FORWARD -j LIBVIRT_FWO", "table ip libvirt_network"},
}
#: The collection's tables, policies of networks and ports of vms, each in a file of its name; and what loads them.
TABLES, TABLES_UNIT = Path("/etc/hybrid-host/nftables.d"), "hybrid-host-nftables.service"

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


def tables() -> list[str]:
    """Those of nftables."""
    return said(["nft", "list", "tables"]).splitlines()


def chain(rules: Rules, name: str) -> list[str]:
    return [rule for rule in rules if rule.startswith(f"-A {name} ")]


def changes(rules: Rules, settings: dict[str, Any]) -> list[str]:
    """What makes the table as it should be, for ``iptables-restore --noflush``: all of it at once, or none."""
    within = [f"-i {bridge} -o {bridge}" for bridge in settings["bridged"]]
    lines = _filled(rules, LAST, [*_from_and_to(settings["routed"]), *within])
    forward = chain(rules, "FORWARD")
    jump = f"-A FORWARD -j {LAST}"
    if forward[-1:] != [jump] or forward.count(jump) > 1:
        lines += [f"-D FORWARD -j {LAST}"] * forward.count(jump) + [jump]
    if "-N DOCKER-USER" in rules and settings["open"]:
        lines += _filled(rules, OPEN, _from_and_to(settings["open"]))
        lines += _before_return(chain(rules, "DOCKER-USER"))
    else:
        lines += removal(rules, OPEN)
    return lines


def _from_and_to(bridges: Sequence[str]) -> list[str]:
    return [f"{way} {bridge}" for bridge in bridges for way in ("-i", "-o")]


def _filled(rules: Rules, name: str, accepted: Sequence[str]) -> list[str]:
    wanted = [f"-A {name} {match} -j ACCEPT" for match in accepted]
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


def removal(rules: Rules, name: str) -> list[str]:
    """What takes a chain away, and all that leads to it."""
    if f"-N {name}" not in rules:
        return []
    jumps = [rule for rule in rules if rule.startswith("-A ") and rule.endswith(f" -j {name}")]
    return [*(rule.replace("-A", "-D", 1) for rule in jumps), f"-F {name}", f"-X {name}"]


def planned(verb: str, settings: dict[str, Any]) -> dict[str, list[str]]:
    """By command, what it would be given. A host that is still to get iptables has no rules in it."""
    dockers = DOCKER_BRIDGES if DOCKER_TABLE in tables() else []
    settings = {**settings, "routed": _with(settings["routed"], [*libvirt_bridges(), *dockers])}
    lines: dict[str, list[str]] = {}
    for command in FAMILIES:
        rules = rules_of(command)
        if verb == "remove":
            lines[command] = [line for name in (LAST, OPEN) for line in removal(rules or (), name)]
        elif rules is not None or command == "iptables":
            lines[command] = changes(rules or (), settings)
    return {command: given for command, given in lines.items() if given}


def _with(routed: Sequence[str], others: Sequence[str]) -> list[str]:
    """Without those that a prefix stands for already."""
    prefixes = tuple(name[:-1] for name in routed if name.endswith("+"))
    return [*routed, *(name for name in others if name not in routed and not name.startswith(prefixes))]


def restore(lines: dict[str, list[str]]) -> None:
    for command, given in lines.items():
        run([f"{command}-restore", "-w", "5", "--noflush"], "\n".join(["*filter", *given, "COMMIT", ""]))


def running(engine: str) -> bool:
    """Whether an engine runs that should have rules."""
    if engine == "docker":
        return said(["systemctl", "is-active", "docker.service"]).strip() == "active"
    return libvirt_bridges() != []


def libvirt_bridges() -> list[str]:
    """Those of networks that run and for which libvirt makes rules, by what it keeps of them meanwhile."""
    bridges = []
    for path in sorted(LIBVIRT_NETWORKS.glob("*.xml")):
        try:
            network = ET.parse(path).getroot()
        except (OSError, ET.ParseError):
            continue
        forward, bridge = network.find(".//forward"), network.find(".//bridge")
        mode = None if forward is None else forward.get("mode", "nat")
        if mode in LIBVIRT_MODES and bridge is not None:
            bridges.append(bridge.get("name", ""))
    return bridges


def has_rules(engine: str) -> bool:
    return not MARKS[engine].isdisjoint([*(rules_of("iptables") or ()), *tables()])


def may_restart(engine: str, settings: dict[str, Any]) -> bool:
    """vms run on while libvirt restarts, containers only where Docker was told so."""
    if engine != "docker" or settings["restart_docker"]:
        return True
    return said(["docker", "info", "--format", "{{.LiveRestoreEnabled}}"]).strip() == "true"


def restart(engine: str) -> None:
    """Has it write its rules again, which a reload does not do in an empty firewall.

    systemd would refuse to start Docker a fourth time within a minute, and leave it stopped. libvirt writes them after
    it has started, and answers when that is done.
    """
    said(["systemctl", "reset-failed", unit(engine)])
    run(["systemctl", "restart", unit(engine)])
    if engine == "libvirt":
        said(["virsh", "--connect", "qemu:///system", "version"])


def unit(engine: str) -> str:
    if engine == "docker":
        return "docker.service"
    for name in LIBVIRT_UNITS:
        units = [f"{name}.service", f"{name}.socket"]
        if "active" in said(["systemctl", "show", "--property=ActiveState", "--value", *units]).split():
            return units[0]
    return f"{LIBVIRT_UNITS[-1]}.service"


def bring_back(settings: dict[str, Any]) -> bool:
    """Has engines write their rules again that were seen and are gone. Whether one was restarted for that.

    Only then, and not again and again: one that was told to make none would be restarted for ever.
    """
    missed, restarted = _missed(), []
    for engine in filter(running, MARKS):
        if has_rules(engine):
            missed[engine] = 0
        elif missed.get(engine, TRIES) < TRIES and may_restart(engine, settings):
            missed[engine] += 1
            restarted.append(engine)
        elif missed.get(engine) == 0:
            missed[engine] = 1
            notice(f"the rules of {engine} are gone: restart it. Containers do not run on meanwhile")
    MISSED.write_text(json.dumps(missed), encoding="utf-8")
    for engine in restarted:
        notice(f"the rules of {engine} are gone: restarting it")
        restart(engine)
    return restarted != []


def _missed() -> dict[str, int]:
    try:
        return dict(json.loads(MISSED.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def load_tables() -> None:
    """Has the collection's own tables of nftables loaded where one of them is gone."""
    there = tables()
    gone = [name for name in kept_tables() if name not in there]
    if gone:
        notice(f"{', '.join(gone)} {'is' if len(gone) == 1 else 'are'} gone: loading what there should be")
        run(["systemctl", "restart", TABLES_UNIT])


def kept_tables() -> list[str]:
    """Those that files make, each with its family, since the halves of a policy have one name."""
    found: list[str] = []
    for path in sorted(TABLES.glob("*.nft")):
        with contextlib.suppress(FileNotFoundError):
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [line[:-2] for line in lines if line.startswith("table ") and line.endswith(" {")]
    return found


def notice(text: str) -> None:
    """For the journal, as a warning."""
    print(f"<4>{text}", file=sys.stderr)


def read(text: str) -> dict[str, Any]:
    given = json.loads(text if text.startswith("{") else Path(text).read_text(encoding="utf-8"))
    return {"routed": [], "bridged": [], "open": [], "restart_docker": False, **given}


def apply(settings: dict[str, Any]) -> None:
    """An engine that writes its rules again may do so behind these."""
    restore(planned("apply", settings))
    while bring_back(settings):
        restore(planned("apply", settings))
    load_tables()


def main(verb: str, text: str) -> None:
    settings = read(text)
    if verb == "plan":
        found = planned(verb, settings)
        print(json.dumps([f"{command}: {line}" for command, lines in found.items() for line in lines]))
        return
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if verb == "apply":
            apply(settings)
        else:
            restore(planned(verb, settings))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("plan", "apply", "remove"):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except Failed as failure:
        sys.exit(f"<3>{failure}")
