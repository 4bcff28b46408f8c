# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host's nftables, by the command nft."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from typing import IO, cast

from .._core.errors import ApplyFailed, MissingLibrary
from .._model.nft_text import Name, uncounted
from .command import Handed, check_command, run

#: Where distributions have it.
COMMAND = "/usr/sbin/nft"
_SECONDS = 60.0
_PROBE = """\
table bridge hybrid_probe {
    chain forward {
        type filter hook forward priority filter;
        meta obrname "probe" ct state established accept
    }
}
"""


def tables() -> set[Name]:
    """Family and name of each table; none where the host has no nft, or shows them to root alone."""
    tried = "list the tables of nftables"
    if os.geteuid() != 0:
        return set()
    try:
        check_command("nft", tried)
    except MissingLibrary:
        return set()
    lines = (line.split() for line in run(["nft", "list", "tables"], tried=tried).splitlines())
    return {(words[1], words[2]) for words in lines if len(words) == 3}


def listed(names: Sequence[Name], within: Sequence[str] = ()) -> str:
    """These tables as nft lists them. Raises ``ApplyFailed`` where one is not there."""
    # In one call nft would list some of them before it has read them.
    tried = "read the tables of nftables"
    return "".join(run([*within, "nft", "list", "table", *name], tried=tried) for name in names)


def load(text: str, tried: str, within: Sequence[str] = ()) -> None:
    """Has nft take a text in, whole or not at all. Raises ``HostError``."""
    run([*within, "nft", "--file", Handed("", text)], tried=tried, timeout=_SECONDS)


def tried(write: Callable[[bool], str], names: Sequence[Name]) -> tuple[str, tuple[str, ...]]:
    """The text that is for this kernel, and the lines in which nft would list these tables once it had taken it in.

    ``write`` is told whether the kernel knows bridges by name and tracks connections over them. The text is tried in a
    network namespace that nobody uses. Raises ``HostError`` where the kernel does not take it, or nothing can try it.
    """
    check_command("nft", "try the rules of nftables")
    with _elsewhere() as within:
        text = write(_is_aware(within))
        load(text, "try the rules of nftables", within)
        return text, uncounted(listed(names, within))


def _is_aware(within: Sequence[str]) -> bool:
    try:
        load(_PROBE, "try what the kernel knows of bridges", within)
    except ApplyFailed:
        return False
    return True


@contextlib.contextmanager
def _elsewhere() -> Iterator[list[str]]:
    """The first words of a command that is to run in a network namespace of its own, which ends with the block."""
    tried = "make a network namespace to try rules in"
    check_command("unshare", tried)
    holder = subprocess.Popen(
        ["unshare", "--net", "cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    told, says, errors = (cast(IO[bytes], pipe) for pipe in (holder.stdin, holder.stdout, holder.stderr))
    with holder:
        try:
            # What comes back says that it is there.
            with contextlib.suppress(BrokenPipeError):
                told.write(b"\n")
            if not says.read(1):
                raise ApplyFailed(tried, cause=errors.read().decode("utf-8", "replace"))
            yield ["nsenter", f"--net=/proc/{holder.pid}/ns/net"]
        finally:
            told.close()
