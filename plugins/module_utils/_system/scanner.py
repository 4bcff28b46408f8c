# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scanners of images: commands that look into one, and tell in JSON what is known against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .._core.errors import ApplyFailed, MissingLibrary
from .._model.image_scan import Finding, Scan
from .command import check_command, run

_SECONDS = 900


def findings(engine: str, name: str, scan: Scan) -> list[Finding]:
    """What the scanner knows of an image that the engine has.

    Raises ``MissingLibrary`` where the host has no scanner, and ``ApplyFailed`` where it fails.
    """
    tried = f"scan the image {name}"
    command = _chosen(scan.command, tried)
    argv, read = _COMMANDS[command]
    said = run(argv(engine, name), tried=tried, timeout=_SECONDS)
    try:
        return list(read(json.loads(said)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ApplyFailed(tried, cause=f"{command} answers what it should not: {error!r}") from None


def _chosen(command: str, tried: str) -> str:
    if command != "auto":
        check_command(command, tried)
        return command
    for known in _COMMANDS:
        try:
            check_command(known, tried)
        except MissingLibrary:
            continue
        return known
    raise MissingLibrary(
        tried, cause="this host has no scanner", hint=f"Install {' or '.join(_COMMANDS)} on the host."
    )


def _trivy(engine: str, name: str) -> list[str]:
    return ["trivy", "image", "--quiet", "--format=json", "--scanners=vuln", f"--image-src={engine}", name]


def _grype(engine: str, name: str) -> list[str]:
    return ["grype", "--quiet", "--output=json", f"{engine}:{name}"]


def _of_trivy(report: Mapping[str, Any]) -> Iterator[Finding]:
    for result in report.get("Results") or ():
        for found in result.get("Vulnerabilities") or ():
            yield Finding(
                found["VulnerabilityID"], found.get("Severity") or "", bool(found.get("FixedVersion"))
            )


def _of_grype(report: Mapping[str, Any]) -> Iterator[Finding]:
    for match in report.get("matches") or ():
        found = match["vulnerability"]
        fixed = (found.get("fix") or {}).get("state") == "fixed"
        yield Finding(found["id"], found.get("severity") or "", fixed)


_Reading = Callable[[Mapping[str, Any]], Iterator[Finding]]
_COMMANDS: Mapping[str, tuple[Callable[[str, str], Sequence[str]], _Reading]] = {
    "trivy": (_trivy, _of_trivy),
    "grype": (_grype, _of_grype),
}
