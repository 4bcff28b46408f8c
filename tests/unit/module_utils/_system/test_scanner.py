# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What scanners say, in their own formats."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed, MissingLibrary
from ansible_collections.hybrid.host.plugins.module_utils._model.image_scan import Finding, Scan, named
from ansible_collections.hybrid.host.plugins.module_utils._system import scanner

TRIVY = {
    "SchemaVersion": 2,
    "ArtifactName": "app:1",
    "Results": [
        {
            "Target": "app:1 (debian 12.7)",
            "Class": "os-pkgs",
            "Vulnerabilities": [
                {
                    "VulnerabilityID": "CVE-1",
                    "PkgName": "zlib",
                    "Severity": "CRITICAL",
                    "Status": "will_not_fix",
                },
                {"VulnerabilityID": "CVE-2", "FixedVersion": "3.0.1", "Severity": "HIGH"},
            ],
        },
        {"Target": "usr/bin/app", "Class": "lang-pkgs", "Vulnerabilities": None},
    ],
}
GRYPE = {
    "matches": [
        {
            "vulnerability": {
                "id": "CVE-1",
                "severity": "Critical",
                "fix": {"versions": [], "state": "wont-fix"},
            }
        },
        {
            "vulnerability": {
                "id": "CVE-2",
                "severity": "High",
                "fix": {"versions": ["3.0.1"], "state": "fixed"},
            }
        },
    ],
    "descriptor": {"name": "grype"},
}
FOUND = [Finding("CVE-1", "critical", fixed=False), Finding("CVE-2", "high", fixed=True)]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts a scanner on the path that says this, and notes how it is called."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def said(name: str, text: str) -> Path:
        command = tmp_path / name
        (tmp_path / "answer").write_text(text)
        command.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/seen\ncat {tmp_path}/answer\n')
        command.chmod(0o755)
        return tmp_path / "seen"

    return said


@pytest.mark.parametrize(
    ("command", "report", "called"),
    [
        ("trivy", TRIVY, "image --quiet --format=json --scanners=vuln --image-src=podman app:1"),
        ("grype", GRYPE, "--quiet --output=json podman:app:1"),
    ],
)
def test_either_scanner_is_understood(say: Any, command: str, report: dict[str, Any], called: str) -> None:
    seen = say(command, json.dumps(report))
    found = scanner.findings("podman", "app:1", Scan(command))
    assert [(f.id, f.severity.lower(), f.fixed) for f in found] == [
        (f.id, f.severity, f.fixed) for f in FOUND
    ]
    assert seen.read_text().strip() == called
    assert scanner.findings("podman", "app:1", Scan()) == found


@pytest.mark.parametrize("text", ["", "[]", '{"Results": [{"Vulnerabilities": [{}]}]}', "no JSON"])
def test_an_answer_of_another_kind_is_told_of(say: Any, text: str) -> None:
    say("trivy", text)
    with pytest.raises(ApplyFailed, match="trivy answers what it should not"):
        scanner.findings("docker", "app:1", Scan("trivy"))


def test_without_a_scanner_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingLibrary, match="no scanner. Install trivy or grype"):
        scanner.findings("docker", "app:1", Scan())


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        (Scan(), "2 findings: CVE-1 (critical), CVE-2 (high)"),
        (Scan(severity="critical"), "1 finding: CVE-1 (critical)"),
        (Scan(ignore_unfixed=True), "1 finding: CVE-2 (high)"),
    ],
)
def test_what_is_too_much_is_named_the_worst_first(scan: Scan, said: str) -> None:
    unknown = Finding("CVE-0", "Unknown", fixed=True)
    assert named(scan.beyond([unknown, *reversed(FOUND), *FOUND])) == said
