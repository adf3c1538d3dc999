#!/usr/bin/env python3
"""Import circles of the SDK: sdk/python/plait must be readable in one direction. Exit 1 when it is not.

Neither modules nor the packages that hold them may go round. Every import counts, also inside of functions and under
TYPE_CHECKING. An import inside of a function is for what few of the module's users need, so that it is not loaded for the
others; one of what the module's own imports load anyway is a finding, too.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

PACKAGE = Path(__file__).resolve().parent.parent / "sdk/python/plait"


class Import(NamedTuple):
    """One module of the package that another one imports; `late`: inside of a function."""

    module: str
    line: int
    late: bool


def modules(package: Path) -> dict[str, Path]:
    """Dotted names of the package and of everything in it, and their files."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: dict[str, Path]) -> list[Import]:
    """What a module imports of the package."""
    found = set()
    for node, late in _nodes(ast.parse(path.read_text()), False):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, name, path)
            below = [f"{base}.{alias.name}" for alias in node.names]
            targets = [full if full in known else base for full in below]
        else:
            continue
        found |= {Import(target, node.lineno, late) for target in targets if target in known}
    return sorted(found)


def _nodes(node: ast.AST, late: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Everything below a node, and whether it is inside of a function."""
    for child in ast.iter_child_nodes(node):
        yield child, late
        yield from _nodes(child, late or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _absolute(node: ast.ImportFrom, name: str, path: Path) -> str:
    if not node.level:
        return node.module or ""
    above = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
    above = above[: len(above) - (node.level - 1)]
    return ".".join([*above, *([node.module] if node.module else [])])


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Sets of modules that reach one another, each with more than one member or an edge to itself."""
    reach = {name: reachable(name, edges) for name in edges}
    groups = {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in edges
        if name in reach[name]
    }
    return [list(group) for group in sorted(groups)]


def reachable(start: str, edges: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(edges[start])
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += edges[name]
    return seen


def unit(name: str, known: dict[str, Path]) -> str:
    """The package directly below the top one that holds a module; a module that none holds stands for itself."""
    below = ".".join(name.split(".")[:2])
    return below if known[below].stem == "__init__" else name


def main() -> int:
    known = modules(PACKAGE)
    found = {name: imports(name, path, known) for name, path in known.items()}
    units = {name: unit(name, known) for name in known}
    edges = {name: {one.module for one in found[name]} for name in known}
    packages: dict[str, set[str]] = {name: set() for name in units.values()}
    for name in known:
        packages[units[name]] |= {units[to] for to in edges[name]} - {units[name]}
    alone = {name: name for name in known}
    findings = [
        *_round("module", edges, alone, found, known),
        *_round("package", packages, units, found, known),
        *_needless(found, known),
    ]
    print("\n".join(findings) or f"{len(known)} modules in {len(packages)} units, no import circle")
    return 1 if findings else 0


def _round(
    what: str,
    edges: dict[str, set[str]],
    member: dict[str, str],
    found: dict[str, list[Import]],
    known: dict[str, Path],
) -> Iterator[str]:
    """The circles of `edges`, and the imports they are made of; `member` has the name under which a module is in them."""
    for group in circles(edges):
        yield f"import circle of {what}s: " + ", ".join(group)
        for name in known:
            for one in found[name]:
                ends = member[name], member[one.module]
                if set(ends) <= set(group) and (ends[0] != ends[1] or name == one.module):
                    yield f"  {_place(known[name], one)}: {one.module}"


def _needless(found: dict[str, list[Import]], known: dict[str, Path]) -> Iterator[str]:
    loaded = {name: {one.module for one in found[name] if not one.late} for name in known}
    for name in known:
        above = reachable(name, loaded)
        for one in found[name]:
            if one.late and one.module in above:
                yield f"{_place(known[name], one)}: {one.module} is loaded anyway: import it above"


def _place(path: Path, one: Import) -> str:
    return f"sdk/python/{path.relative_to(PACKAGE.parent)}:{one.line}"


if __name__ == "__main__":
    sys.exit(main())
