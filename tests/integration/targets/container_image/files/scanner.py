"""scanner.py NAME ARGUMENT...: stands in for the scanner NAME, trivy or grype; Debian has neither.

It answers in their format. What it knows against an image is in the file ``findings`` beside it: a line of id, severity
and ``fixed`` or ``open`` for each. How it was called goes to ``seen``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CALLED = sys.argv[1]


def trivy(found: list[list[str]]) -> dict[str, object]:
    known = [
        {
            "VulnerabilityID": name,
            "Severity": severity.upper(),
            **({"FixedVersion": "2"} if state == "fixed" else {}),
        }
        for name, severity, state in found
    ]
    return {"SchemaVersion": 2, "Results": [{"Target": "ci", "Vulnerabilities": known}, {"Target": "none"}]}


def grype(found: list[list[str]]) -> dict[str, object]:
    states = {"fixed": "fixed", "open": "not-fixed"}
    return {
        "matches": [
            {
                "vulnerability": {
                    "id": name,
                    "severity": severity.capitalize(),
                    "fix": {"state": states[state]},
                }
            }
            for name, severity, state in found
        ]
    }


if __name__ == "__main__":
    with (HERE / "seen").open("a") as seen:
        seen.write(" ".join(sys.argv[1:]) + "\n")
    lines = (HERE / "findings").read_text().splitlines()
    if "broken" in lines:
        sys.exit("no database of vulnerabilities")
    print(json.dumps({"trivy": trivy, "grype": grype}[CALLED]([line.split() for line in lines])))
