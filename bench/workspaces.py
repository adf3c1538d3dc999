"""Generated workspaces: the same text for the same arguments, read alike by plait and by Dagster."""

from __future__ import annotations

import pathlib
import random

import measure

LONG_EDGES = 0.15
NEAR = 20  # a short edge goes to one of so many assets before

#: what much code imports somewhere: a Python of some 40 MiB
LIBRARIES = (
    *("json", "logging", "sqlite3", "asyncio", "multiprocessing"),
    *("sqlalchemy", "pydantic"),
)


def module_of(location: int) -> str:
    return f"loc{location:02}_defs"


def folder_of(root: pathlib.Path, location: int) -> pathlib.Path:
    return root / f"loc{location:02}"


def graph(root: pathlib.Path, assets: int, locations: int, python: str) -> pathlib.Path:
    """Two deps each, 15 % of them to anywhere before, each location a stretch of the whole: edges cross locations."""
    rng = random.Random(7)
    deps: list[list[int]] = [[]]
    for i in range(1, assets):
        near = max(0, i - NEAR)
        picked = {rng.randrange(0 if rng.random() < LONG_EDGES else near, i) for _ in range(2)}
        deps.append(sorted(picked))
    each = -(-assets // locations)
    return _write(root, deps, [i // each for i in range(assets)], python)


def chain(
    root: pathlib.Path, assets: int, locations: int, python: str, libraries: bool = False
) -> pathlib.Path:
    """Each asset waits for the one before, which is another location's. With `libraries`, the code imports LIBRARIES."""
    deps = [[i - 1] if i else [] for i in range(assets)]
    return _write(root, deps, [i % locations for i in range(assets)], python, libraries=libraries)


def independent(
    root: pathlib.Path,
    assets: int,
    locations: int,
    python: str,
    kept: bool = False,
    libraries: bool = False,
) -> pathlib.Path:
    """No asset waits for another. With `kept`, steps run in workers that stay from one to the next."""
    deps: list[list[int]] = [[] for _ in range(assets)]
    return _write(root, deps, [i % locations for i in range(assets)], python, kept, libraries)


def stub(root: pathlib.Path, steps: int, program: pathlib.Path) -> pathlib.Path:
    """A location whose host is `program` (stub/stub_host.c): its steps do nothing and tell it."""
    measure.fresh(root)
    lines = ["load_from:", "  - python_module:", f"      module_name: stub.{steps}"]
    lines += ["      location_name: stub", f"      executable_path: {program}"]
    (root / "workspace.yaml").write_text("\n".join(lines) + "\n")
    return root


def _write(
    root: pathlib.Path,
    deps: list[list[int]],
    where: list[int],
    python: str,
    kept: bool = False,
    libraries: bool = False,
) -> pathlib.Path:
    measure.fresh(root)
    entries = ["load_from:"]
    imported = ["dagster as dg"]
    if libraries:
        imported += measure.importable(python, LIBRARIES)
    for location in range(max(where) + 1):
        folder = folder_of(root, location)
        folder.mkdir(parents=True)
        name = f"loc{location:02}"
        (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1"\n')
        own = [i for i, at in enumerate(where) if at == location]
        text = f"import {', '.join(imported)}\n" + "".join(_asset(i, deps[i], kept) for i in own)
        (folder / f"{module_of(location)}.py").write_text(text)
        entries += [
            "  - python_module:",
            f"      module_name: {module_of(location)}",
            f"      working_directory: {name}",
            f"      location_name: {name}",
            f"      executable_path: {python}",
        ]
    (root / "workspace.yaml").write_text("\n".join(entries) + "\n")
    return root


def _asset(number: int, deps: list[int], kept: bool) -> str:
    keys = ", ".join(f'"asset_{dep:05}"' for dep in deps)
    tags = ', op_tags={"plait/isolation": "worker"}' if kept else ""
    return (
        f'\n\n@dg.asset(deps=[{keys}], group_name="group_{number % 7}"{tags})\n'
        f"def asset_{number:05}() -> None:\n    pass\n"
    )
