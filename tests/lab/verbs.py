"""The lab's commands."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import control
import host
import relay
from root import RELEASES
from steps import HOME, LabError, say

DESCRIPTION = "Hosts on one machine: whole Debian systems with systemd, each in namespaces of its own."


def main(words: Sequence[str]) -> int:
    """The exit code of ``lab WORDS``; what is wrong goes to standard error, in a line."""
    options = _parser().parse_args(words)
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
    except LabError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"{error.strerror}: {error.filename}")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lab", description=DESCRIPTION)
    verbs = parser.add_subparsers(required=True, metavar="up|exec|inventory|status|down")
    up = verbs.add_parser("up", help="boot hosts, as far as they do not run, and print the inventory's path")
    up.add_argument("--hosts", type=int, default=1, metavar="N", help="host1 .. hostN")
    releases = "bookworm or trixie, or several with commas: one for each host in turn"
    up.add_argument("--release", default="", help=f"{releases}; by default what a host has, or bookworm")
    up.set_defaults(run=_up)
    execute = verbs.add_parser("exec", help="run a command on a host, or in control")
    execute.add_argument("host")
    execute.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    execute.set_defaults(run=_exec)
    for name, function, text in (
        ("inventory", _inventory, "print the inventory's path"),
        ("status", _status, "print the hosts"),
        ("down", _down, "end all hosts and forget what they wrote; caches stay"),
    ):
        verbs.add_parser(name, help=text).set_defaults(run=function)
    return parser


def _up(options: argparse.Namespace) -> None:
    releases = options.release.split(",")
    unknown = [release for release in releases if release not in ("", *RELEASES)]
    if unknown:
        raise LabError(f"there is no release {', '.join(unknown)}; there are {', '.join(RELEASES)}")
    if not 1 <= options.hosts <= host.MOST:
        raise LabError(f"{options.hosts} hosts cannot be had; 1 to {host.MOST} can")
    _check_machine()
    with _lock():
        relay.up()
        control.up()
        key = control.key()
        for number in range(1, options.hosts + 1):
            host.Host(number).up(releases[(number - 1) % len(releases)], key)
        control.write_inventory(
            [(each.name, each.address, each.release, each.public_key) for each in host.known()]
        )
    print(control.INVENTORY)


def _exec(options: argparse.Namespace) -> None:
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise LabError("exec wants a command: tests/lab/lab exec HOST -- COMMAND")
    before = control.enter() if options.host == "control" else host.named(options.host).enter()
    os.execvp(before[0], [*before, *command])


def _inventory(_options: argparse.Namespace) -> None:
    if not control.INVENTORY.exists():
        raise LabError("the lab is down; tests/lab/lab up starts it")
    print(control.INVENTORY)


def _status(_options: argparse.Namespace) -> None:
    for each in host.known():
        print(f"{each.name}  {each.address}  {each.release}  {'up' if each.init() else 'down'}")


def _down(_options: argparse.Namespace) -> None:
    with _lock():
        for each in host.known():
            say(f"ending {each.name}")
            each.end()
            each.forget()
        relay.down()
        control.down()


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """One lab command at a time changes the lab; the kernel frees the lock of one that was killed."""
    HOME.mkdir(parents=True, exist_ok=True)
    with open(HOME / "lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another command is changing the lab; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check_machine() -> None:
    """Names what is missing here, before anything is made."""
    if os.geteuid() != 0:
        raise LabError("only root can make namespaces and mounts; run it as root")
    if shutil.which("dpkg-query") is None:
        raise LabError("this machine has no dpkg; the lab needs a Debian")
    lines = Path(__file__).with_name("packages").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    form = "${db:Status-Status} ${Package}\n"
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", form, *wanted], capture_output=True, text=True, check=False
    ).stdout.splitlines()
    missing = [package for package in wanted if f"installed {package}" not in found]
    if missing:
        raise LabError(f"missing on this machine: apt-get install {' '.join(missing)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
