# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's files keep the rules of the architecture, and each rule is seen to fail where it is broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from . import architecture as rules

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("plugins", "roles", "playbooks", "tests", "docs")


def sources() -> Iterator[rules.Source]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield rules.Source(PurePosixPath(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))


FILES = tuple(sources())


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: rules.Rule) -> None:
    broken = [f"{source.path}:{what}" for source in FILES for what in rule(source)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("sdk", sorted(set(rules.SDKS.values())))
def test_an_sdk_is_imported_in_at_most_one_file(sdk: str) -> None:
    importing = [
        str(source.path) for source in FILES if source.layer in rules.MAY_IMPORT and sdk in rules.sdks(source)
    ]
    assert len(importing) <= 1, importing


LONG_FUNCTION = "def run():\n" + "    step()\n" * 60
HEADER = "\n".join(
    (
        "# Copyright (c) 2026, the hybrid.host contributors",
        "# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)",
        "# SPDX-License-Identifier: GPL-3.0-or-later",
        "",
    )
)
CORE, DRIVER, MODULE = (
    "plugins/module_utils/_core/x.py",
    "plugins/module_utils/_libvirt/x.py",
    "plugins/modules/x.py",
)
BROKEN = [
    (rules.layers_as_drawn, CORE, "from .._model.vm import Vm"),
    (rules.layers_as_drawn, DRIVER, "from .._container import engine"),
    (rules.layers_as_drawn, DRIVER, "from .. import _system"),
    (
        rules.layers_as_drawn,
        DRIVER,
        "import ansible_collections.hybrid.host.plugins.module_utils._ansible.run",
    ),
    (rules.layers_as_drawn, "plugins/module_utils/_ansible/x.py", "from .._model.vm import Vm"),
    (
        rules.layers_as_drawn,
        "plugins/module_utils/_model/x.py",
        "def f():\n    from .._system import command",
    ),
    (rules.libraries_in_their_place, CORE, "import yaml"),
    (rules.libraries_in_their_place, CORE, "import libvirt"),
    (rules.libraries_in_their_place, DRIVER, "from ansible.module_utils.basic import AnsibleModule"),
    (rules.libraries_in_their_place, MODULE, "import docker"),
    (rules.short_functions, CORE, LONG_FUNCTION),
    (rules.short_files, CORE, "x = 1\n" * 301),
    (rules.short_files, "tests/unit/test_x.py", "x = 1\n" * 301),
    (rules.short_modules, MODULE, "DOCUMENTATION = ''\n" + "x = 1\n" * 41),
    (rules.honest_names, "plugins/module_utils/_core/disk_utils.py", ""),
    (rules.honest_names, CORE, "class DiskManager:\n    pass"),
    (rules.honest_names, CORE, "def process_disk():\n    pass"),
    (rules.honest_names, CORE, "def f(data):\n    pass"),
    (rules.honest_names, CORE, "data = 1"),
    (rules.narrow_excepts, CORE, "try:\n    f()\nexcept Exception:\n    pass"),
    (rules.narrow_excepts, CORE, "try:\n    f()\nexcept (OSError, BaseException):\n    pass"),
    (rules.narrow_excepts, CORE, "try:\n    f()\nexcept:\n    pass"),
    (rules.no_shell, CORE, "subprocess.run(line, shell=True)"),
    (rules.no_shell, CORE, "os.system(line)"),
    (rules.python_39, CORE, "@dataclasses.dataclass(frozen=True, slots=True)\nclass A:\n    pass"),
    (rules.python_39, CORE, "zip(a, b, strict=True)"),
    (rules.check_mode_in_its_place, CORE, "if run.check_mode:\n    pass"),
    (rules.check_mode_in_its_place, CORE, "asks = not params['check_mode']"),
    (rules.plain_comments, CORE, "x = 1  # noqa: E501"),
    (rules.plain_comments, CORE, "x = 1  # type: ignore[misc]"),
    (rules.plain_comments, CORE, "# TODO: later"),
    (rules.plain_comments, CORE, "# ---------"),
    (rules.licensed, CORE, "x = 1"),
]


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    BROKEN,
    ids=[f"{rule.__name__}-{number}" for number, (rule, _path, _text) in enumerate(BROKEN)],
)
def test_the_rule_fails_where_it_is_broken(rule: rules.Rule, path: str, text: str) -> None:
    assert list(rule(rules.Source(PurePosixPath(path), text)))


KEPT = [
    (DRIVER, "import libvirt\n\nfrom .._core.change import Change\nfrom .xml import Text\n"),
    (
        MODULE,
        'DOCUMENTATION = r"""\n'
        + "x\n" * 400
        + '"""\n\n'
        + "from ansible.module_utils.basic import AnsibleModule\n",
    ),
    ("plugins/callback/x.py", "from ansible.plugins.callback import CallbackBase\n"),
]


@pytest.mark.parametrize(("path", "text"), KEPT)
def test_what_is_allowed_breaks_no_rule(path: str, text: str) -> None:
    source = rules.Source(PurePosixPath(path), HEADER + text)
    assert [what for rule in rules.RULES for what in rule(source)] == []


def test_python_newer_than_39_does_not_parse() -> None:
    with pytest.raises(SyntaxError):
        assert rules.Source(PurePosixPath(CORE), "match x:\n    case 1:\n        pass\n").tree
