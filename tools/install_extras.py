#!/usr/bin/env python3
"""install_extras.py PLAIT SDK_FROM SDK_TO: the part of `meson install` that copies what is not compiled.

Copies the SDK's modules, and writes the shells' completion scripts, which the binary itself prints.
Meson calls it with MESON_INSTALL_DESTDIR_PREFIX and DESTDIR set.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

COMPLETIONS = {
    "bash": "share/bash-completion/completions/plait",
    "zsh": "share/zsh/site-functions/_plait",
    "fish": "share/fish/vendor_completions.d/plait.fish",
}


def below_destdir(path: str) -> pathlib.Path:
    destdir = os.environ.get("DESTDIR", "")
    return pathlib.Path(destdir + path) if destdir else pathlib.Path(path)


def copy_sdk(source: pathlib.Path, target: pathlib.Path) -> None:
    """Replace `target` with the modules below `source`: nothing of an older version stays behind."""
    if not source.is_dir():
        return
    shutil.rmtree(target, ignore_errors=True)
    for file in sorted(source.rglob("*")):
        if file.suffix == ".py" or file.name == "py.typed":
            to = target / file.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, to)
            to.chmod(0o644)


def write_completions(plait: str, prefix: pathlib.Path) -> None:
    for shell, place in COMPLETIONS.items():
        made = subprocess.run([plait, "completion", shell], capture_output=True, text=True)
        if made.returncode != 0 or "compl" not in made.stdout:
            continue
        path = prefix / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made.stdout)


def main() -> None:
    plait, source, target = sys.argv[1:4]
    copy_sdk(pathlib.Path(source), below_destdir(target))
    write_completions(plait, pathlib.Path(os.environ["MESON_INSTALL_DESTDIR_PREFIX"]))


if __name__ == "__main__":
    main()
