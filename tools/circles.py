#!/usr/bin/env python3
"""Import circles of the SDK: sdk/python/plait must be readable in one direction. Exit 1 when it is not.

Neither modules nor the packages that hold them may go round. Every import counts, also inside of functions and under
TYPE_CHECKING. One that goes up on purpose says so at the end of its line, with the reason: `# upward: REASON`; a mark on an
import that goes no way round is a finding too.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "sdk/python/plait"
MARK = "# upward: "


def modules(package: Path) -> dict[str, Path]:
    """Dotted names of the package and of everything in it, and their files."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: dict[str, Path]) -> list[tuple[str, int, bool]]:
    """What a module imports of the package: name, line, and whether the line is marked."""
    text = path.read_text()
    lines = text.splitlines()
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, name, path)
            below = [f"{base}.{alias.name}" for alias in node.names]
            targets = [full if full in known else base for full in below]
        else:
            continue
        marked = any(MARK in line for line in lines[node.lineno - 1 : node.end_lineno])
        found += [(target, node.lineno, marked) for target in targets if target in known]
    return found


def _absolute(node: ast.ImportFrom, name: str, path: Path) -> str:
    if not node.level:
        return node.module or ""
    above = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
    above = above[: len(above) - (node.level - 1)]
    return ".".join([*above, *([node.module] if node.module else [])])


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Sets of modules that reach one another, each with more than one member or an edge to itself."""
    reach = {name: _reachable(name, edges) for name in edges}
    groups = {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in edges
        if name in reach[name]
    }
    return [list(group) for group in sorted(groups)]


def _reachable(start: str, edges: dict[str, set[str]]) -> set[str]:
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
    found = {name: sorted(set(imports(name, path, known))) for name, path in known.items()}
    edges = {name: {to for to, _, marked in found[name] if not marked} for name in known}
    units: dict[str, set[str]] = {unit(name, known): set() for name in known}
    for name in known:
        units[unit(name, known)] |= {unit(to, known) for to in edges[name]} - {unit(name, known)}
    findings = []
    for what, group in [("module", g) for g in circles(edges)] + [
        ("package", g) for g in circles(units)
    ]:
        findings.append(f"import circle of {what}s: " + ", ".join(group))
        for name in known:
            for to, line, marked in found[name]:
                ends = (name, to) if what == "module" else (unit(name, known), unit(to, known))
                if not marked and set(ends) <= set(group) and (ends[0] != ends[1] or name == to):
                    findings.append(f"  {_place(known[name], line)}: {to}")
    for name in known:
        for to, line, marked in found[name]:
            round_again = name in _reachable(to, edges) or (
                unit(name, known) in _reachable(unit(to, known), units)
            )
            if marked and not round_again:
                findings.append(
                    f"{_place(known[name], line)}: {to} goes no way round: take the mark away"
                )
    print("\n".join(findings) or f"{len(known)} modules in {len(units)} units, no import circle")
    return 1 if findings else 0


def _place(path: Path, line: int) -> str:
    return f"sdk/python/{path.relative_to(PACKAGE.parent)}:{line}"


if __name__ == "__main__":
    sys.exit(main())
