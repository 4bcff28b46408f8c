# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of the architecture over the syntax tree of one file. Each returns what breaks it, ``line: what``."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

COLLECTION = ("ansible_collections", "hybrid", "host")
DRIVERS = ("_libvirt", "_container", "_system")
MAY_IMPORT = {
    "_core": {"_core"},
    "_model": {"_core", "_model"},
    "_compose": {"_core", "_compose"},
    **{driver: {"_core", "_model", driver} for driver in DRIVERS},
    "_ansible": {"_core", "_ansible"},
    "modules": {"_core", "_model", "_ansible", *DRIVERS},
}
MAY_IMPORT_ANSIBLE = {"_ansible", "modules"}
SDKS = {"docker": "docker", "libvirt": "libvirt", "libvirt_qemu": "libvirt"}
FORBIDDEN = {"utils", "util", "common", "base", "helper", "helpers", "manager", "handler", "process", "data"}
# Ansible's folders and the names of its callbacks; cloud-init's files.
ENGINES_SPELLING = (
    "module_utils",
    "plugin_utils",
    "v2_playbook_on_handler_task_start",
    "user_data",
    "meta_data",
)
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
MODULE_LINES, FILE_LINES, FUNCTION_LINES = 40, 300, 60
SINCE_310 = {"slots", "kw_only"}
# Of a run, of what only looks, and of a run that the controller has to confirm.
READS_CHECK_MODE = {
    "plugins/module_utils/_ansible/run.py",
    "plugins/module_utils/_core/converge.py",
    "plugins/modules/host_info.py",
    "plugins/action/host_bridge.py",
}


class Source(NamedTuple):
    """One Python file: its path in the repository, and its text."""

    path: PurePosixPath
    text: str

    @property
    def tree(self) -> ast.Module:
        """Parsed as Python 3.9, the oldest on a managed host."""
        return ast.parse(self.text, feature_version=(3, 9))

    @property
    def layer(self) -> str:
        """``_core``, ``_libvirt``, ...; ``modules``, ``callback``, ...; ``tests``."""
        parts = self.path.parts
        if parts[:2] == ("plugins", "module_utils"):
            return parts[2]
        return parts[1] if parts[0] == "plugins" else parts[0]


Rule = Callable[[Source], Iterator[str]]


def imported(source: Source) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and absolute dotted name of everything that a file imports, relative imports resolved."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            module = tuple(node.module.split(".")) if node.module else ()
            if node.level:
                module = COLLECTION + source.path.parts[: -node.level] + module
            for alias in node.names:
                yield node.lineno, (*module, alias.name)


def sdks(source: Source) -> set[str]:
    """Which of the two SDKs a file imports."""
    return {SDKS[name[0]] for _line, name in imported(source) if name[0] in SDKS}


def layers_as_drawn(source: Source) -> Iterator[str]:
    allowed = MAY_IMPORT.get(source.layer)
    for line, name in imported(source):
        if name[:5] != (*COLLECTION, "plugins", "module_utils"):
            continue
        target = name[5] if len(name) > 5 else ""
        if allowed is not None and target not in allowed:
            yield f"{line}: {source.layer} imports {target}"


def libraries_in_their_place(source: Source) -> Iterator[str]:
    if source.layer not in MAY_IMPORT:
        return
    for line, name in imported(source):
        if name[0] in sys.stdlib_module_names or name[0] == "ansible_collections":
            continue
        if name[0] == "ansible" and source.layer in MAY_IMPORT_ANSIBLE:
            continue
        if name[0] in SDKS and source.layer in DRIVERS:
            continue
        yield f"{line}: {source.layer} imports {name[0]}"


def short_functions(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{node.lineno}: {node.name} has {lines} lines"


def short_files(source: Source) -> Iterator[str]:
    lines = len(source.text.splitlines()) if source.layer.startswith("_") else len(code_lines(source))
    if lines > FILE_LINES:
        yield f"1: {lines} lines"


def short_modules(source: Source) -> Iterator[str]:
    if source.layer != "modules":
        return
    lines = len(code_lines(source) - import_lines(source))
    if lines > MODULE_LINES:
        yield f"1: a module of {lines} lines of code"


def code_lines(source: Source) -> set[int]:
    """Lines that carry code: no blanks, comments, docstrings, or Ansible's documentation."""
    quiet = (
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    )
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type not in quiet:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines - _prose_lines(source.tree)


def import_lines(source: Source) -> set[int]:
    """Lines of the imports: where things are, which the length of a module's code does not count."""
    found: set[int] = set()
    for node in source.tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(_span(node))
    return found


def _prose_lines(tree: ast.Module) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(tree):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if docstring or (isinstance(node, ast.Assign) and _targets(node) & DOCUMENTATION):
            found.update(_span(node))
    return found


def _span(node: ast.AST) -> range:
    first: int = getattr(node, "lineno", 0)
    last: int = getattr(node, "end_lineno", first)
    return range(first, last + 1)


def _targets(node: ast.Assign) -> set[str]:
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def honest_names(source: Source) -> Iterator[str]:
    """No forbidden word in the name of a file, class or function, nor as the whole of a variable's or argument's."""
    for part in source.path.with_suffix("").parts:
        if _words(part) & FORBIDDEN:
            yield f"1: the path says {part}"
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if _words(node.name) & FORBIDDEN:
                yield f"{node.lineno}: {node.name}"
        elif isinstance(node, ast.arg) and node.arg in FORBIDDEN:
            yield f"{node.lineno}: argument {node.arg}"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in FORBIDDEN:
            yield f"{node.lineno}: variable {node.id}"


def _words(name: str) -> set[str]:
    for spelling in ENGINES_SPELLING:
        name = name.replace(spelling, "")
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)}


def narrow_excepts(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        for item in caught:
            if item is None or (isinstance(item, ast.Name) and item.id in ("Exception", "BaseException")):
                yield f"{node.lineno}: except {'' if item is None else item.id}".rstrip()


def no_shell(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"):
            yield f"{node.lineno}: {called}"
        for keyword in node.keywords:
            if keyword.arg in ("shell", "use_unsafe_shell") and ast.unparse(keyword.value) != "False":
                yield f"{node.lineno}: {keyword.arg}={ast.unparse(keyword.value)}"


def python_39(source: Source) -> Iterator[str]:
    if source.path.parts[0] != "plugins":
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called, words = ast.unparse(node.func), {keyword.arg for keyword in node.keywords}
        if called.endswith("dataclass") and words & SINCE_310:
            yield f"{node.lineno}: {called}({', '.join(sorted(filter(None, words & SINCE_310)))}) is of Python 3.10"
        if called == "zip" and "strict" in words:
            yield f"{node.lineno}: zip(strict) is of Python 3.10"


def check_mode_in_its_place(source: Source) -> Iterator[str]:
    if source.path.parts[0] != "plugins" or str(source.path) in READS_CHECK_MODE:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            read = node.attr if isinstance(node, ast.Attribute) else ast.unparse(node.slice).strip("'")
            if read == "check_mode":
                yield f"{node.lineno}: reads check mode"


def plain_comments(source: Source) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type != tokenize.COMMENT:
            continue
        if re.search(r"\b(noqa|TODO|FIXME|XXX)\b|type:\s*ignore|pylint:|pragma:", token.string):
            yield f"{token.start[0]}: {token.string}"
        if re.fullmatch(r"#\W{3,}", token.string):
            yield f"{token.start[0]}: a banner"


def licensed(source: Source) -> Iterator[str]:
    head = "\n".join(source.text.splitlines()[:5])
    if source.path.parts[0] == "plugins" and source.text and not _has_licence(head):
        yield "1: no licence header"


def _has_licence(head: str) -> bool:
    return all(
        line in head
        for line in (
            "# Copyright (c) 2026, the hybrid.host contributors",
            "# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)",
            "# SPDX-License-Identifier: GPL-3.0-or-later",
        )
    )


RULES: tuple[Rule, ...] = (
    layers_as_drawn,
    libraries_in_their_place,
    short_functions,
    short_files,
    short_modules,
    honest_names,
    narrow_excepts,
    no_shell,
    python_39,
    check_mode_in_its_place,
    plain_comments,
    licensed,
)
