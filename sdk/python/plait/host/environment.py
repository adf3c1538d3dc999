"""Facts about where a location's code is loaded: interpreter, installed distributions, git commit.

Nothing here may make compiling fail: what cannot be found out is left out.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys

#: seconds that `git status` may take before the dirty flag is given up (reported as clean)
GIT_SECONDS = 5


def python() -> dict[str, str]:
    return {
        "implementation": sys.implementation.name,
        "version": platform.python_version(),
        "executable": os.path.abspath(sys.executable),
    }


def environment(paths: list[str]) -> dict[str, str]:
    """`fingerprint` over the installed distributions found on `paths`, and `prefix`."""
    lines = sorted(distributions(paths))
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    return {"fingerprint": digest, "prefix": os.path.abspath(sys.prefix)}


_INFO = re.compile(r"^(?P<name>.+?)-(?P<version>[^-]+?)(-py[\d.]+)?\.(dist-info|egg-info)$")


def distributions(paths: list[str]) -> set[str]:
    """`name==version` of every distribution, read from folder names: no file is opened."""
    found = set()
    for path in paths:
        try:
            names = os.listdir(path)
        except OSError:
            continue
        for entry in names:
            match = _INFO.match(entry)
            if match:
                name = re.sub(r"[-_.]+", "-", match["name"]).lower()
                found.add(f"{name}=={match['version']}")
    return found


def git(directory: str, sources: list[str]) -> dict | None:
    """`commit`, `dirty` and `root` of the repository that holds `directory`, or None.

    Dirty means that one of `sources` differs from the commit or is not in it; other files do not count.
    """
    root = _root(os.path.abspath(directory))
    if root is None:
        return None
    commit = _head(root)
    if commit is None:
        return None
    return {"commit": commit, "dirty": _dirty(root, sources), "root": root}


def _root(directory: str) -> str | None:
    while True:
        if os.path.exists(os.path.join(directory, ".git")):
            return directory
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return None


def _head(root: str) -> str | None:
    folder = os.path.join(root, ".git")
    if os.path.isfile(folder):
        # A worktree or a submodule: the file names the folder.
        pointer = _read(folder) or ""
        if not pointer.startswith("gitdir:"):
            return None
        folder = os.path.normpath(os.path.join(root, pointer[len("gitdir:") :].strip()))
    head = _read(os.path.join(folder, "HEAD"))
    if head is None or not head.startswith("ref:"):
        return head
    reference = head[len("ref:") :].strip()
    common = _read(os.path.join(folder, "commondir"))
    folders = [folder]
    if common:
        folders.append(os.path.normpath(os.path.join(folder, common)))
    for place in folders:
        commit = _read(os.path.join(place, reference))
        if commit:
            return commit
        packed = _read(os.path.join(place, "packed-refs")) or ""
        for line in packed.splitlines():
            if line.endswith(" " + reference):
                return line.split(" ", 1)[0]
    return None


def _dirty(root: str, sources: list[str]) -> bool:
    import shutil
    import subprocess

    inside = [path for path in sources if path.startswith(root + os.sep)]
    if not inside or shutil.which("git") is None:
        return False
    command = ["git", "--no-optional-locks", "-C", root, "status", "--porcelain", "--"]
    command += inside if len(inside) <= 1000 else [os.path.commonpath(inside)]
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=GIT_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0 and bool(answer.stdout.strip())
