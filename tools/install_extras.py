#!/usr/bin/env python3
"""install_extras.py PLAIT SDK_FROM SDK_TO: the part of `meson install` that copies what is not compiled.

Copies the SDK's modules, and writes the shells' completion scripts and the manual page, which the binary itself prints.
Meson calls it with MESON_INSTALL_DESTDIR_PREFIX and DESTDIR set.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

PRINTED = {
    "share/bash-completion/completions/plait": ["completion", "bash"],
    "share/zsh/site-functions/_plait": ["completion", "zsh"],
    "share/fish/vendor_completions.d/plait.fish": ["completion", "fish"],
    "share/man/man1/plait.1": ["__man"],
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


def write_printed(plait: str, prefix: pathlib.Path) -> None:
    for place, words in PRINTED.items():
        made = subprocess.run([plait, *words], capture_output=True, text=True, check=True)
        path = prefix / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made.stdout)


def main() -> None:
    plait, source, target = sys.argv[1:4]
    copy_sdk(pathlib.Path(source), below_destdir(target))
    write_printed(plait, pathlib.Path(os.environ["MESON_INSTALL_DESTDIR_PREFIX"]))


if __name__ == "__main__":
    main()
