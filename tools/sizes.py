#!/usr/bin/env python3
"""sizes.py: what must stay small enough to be seen whole; one line a breach, exit status 1.

Budgets (BUDGETS below) hold for src/, sdk/ and tools/.  An exemption is one line in
tools/sizes.allow:  PATH[:FUNCTION] BUDGET REASON
"""

from __future__ import annotations

import ast
import pathlib
import re
import sys
from typing import Iterator, NamedTuple

TOP = pathlib.Path(__file__).resolve().parent.parent
ALLOW = TOP / "tools" / "sizes.allow"
BUDGETS = {
    "function-lines": 100,  # aim for 20, look twice at 60
    "file-lines": 1000,  # aim for 150 to 500
    "header-lines": 200,
    "parameters": 6,  # of C functions, beside the err; the SDK's signatures are given by what it is compatible with
    "width": 128,  # tabs count 8; formatters hold code to 100, this catches prose and headers
}
LOOK_TWICE = 60
NAME = re.compile(r"([A-Za-z_]\w*)\(")


class Finding(NamedTuple):
    path: str
    line: int
    function: str
    budget: str
    size: int

    @property
    def names(self) -> tuple[str, str]:
        return self.path, f"{self.path}:{self.function}"


class Function(NamedTuple):
    name: str
    line: int
    lines: int
    parameters: int


def parameters_of(declaration: str) -> int:
    """Commas at the first level of the parameter list, plus one; the err is not counted."""
    inside = re.sub(r",\s*struct err \*e\)", ")", declaration[declaration.index("(") + 1 :])
    depth, count = 0, 1
    for c in inside:
        if c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth < 0:
                break
        elif c == "," and depth == 0:
            count += 1
    return count


def functions_of_c(lines: list[str]) -> Iterator[Function]:
    """Functions in this tree's layout: the name at the left edge, both braces in the first column."""
    head, head_at, start, name = "", 0, 0, ""
    for number, line in enumerate(lines, 1):
        if start:
            if line.startswith("}"):
                yield Function(name, start, number - start - 1, parameters_of(head))
                start, head = 0, ""
        elif line == "{" and "(" in head and (match := NAME.search(head)):
            start, name = number, match.group(1)
        elif re.match(r"[A-Za-z_]", line):
            head, head_at = line, number
        elif head and head_at == number - 1 and line.startswith(("\t", " ")):
            head, head_at = head + line, number


def functions_of_python(text: str) -> Iterator[Function]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno
            yield Function(node.name, node.lineno, lines, 0)


def measure(path: pathlib.Path) -> Iterator[Finding]:
    name = path.relative_to(TOP).as_posix()
    text = path.read_text()
    lines = text.splitlines()
    budget = "header-lines" if path.suffix == ".h" else "file-lines"
    yield Finding(name, 1, "", budget, len(lines))
    for number, line in enumerate(lines, 1):
        yield Finding(name, number, "", "width", len(line.expandtabs(8)))
    functions = functions_of_python(text) if path.suffix == ".py" else functions_of_c(lines)
    for f in functions:
        yield Finding(name, f.line, f.name, "function-lines", f.lines)
        yield Finding(name, f.line, f.name, "parameters", f.parameters)


def read_allowed() -> dict[tuple[str, str], str]:
    allowed = {}
    for line in ALLOW.read_text().splitlines() if ALLOW.exists() else []:
        if line.strip() and not line.startswith("#"):
            what, budget, reason = line.split(None, 2)
            allowed[what, budget] = reason
    return allowed


def sources() -> list[pathlib.Path]:
    patterns = (
        "src/**/*.[ch]",
        "sdk/c/*.[ch]",
        "sdk/native/*.[ch]",
        "sdk/python/plait/**/*.py",
        "tools/*.py",
    )
    return sorted(path for pattern in patterns for path in TOP.glob(pattern))


def main() -> int:
    allowed, used, breaches, twice = read_allowed(), set(), 0, 0
    for path in sources():
        for f in measure(path):
            twice += f.budget == "function-lines" and LOOK_TWICE < f.size <= BUDGETS[f.budget]
            if f.size <= BUDGETS[f.budget]:
                continue
            exemption = next((n for n in f.names if (n, f.budget) in allowed), None)
            if exemption:
                used.add((exemption, f.budget))
                continue
            breaches += 1
            what = f" {f.function}" if f.function else ""
            print(f"{f.path}:{f.line}:{what} {f.budget} {f.size}, at most {BUDGETS[f.budget]}")
    for what, budget in sorted(set(allowed) - used):
        breaches += 1
        print(f"tools/sizes.allow: {what} {budget} is not needed any more")
    if twice:
        print(f"sizes: {twice} functions are longer than {LOOK_TWICE} lines (allowed; look twice)")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
