#!/usr/bin/env python3
"""notice.py [--check]: write NOTICE, the licenses of others' code that is part of the binary.

That is the npm packages of the web UI, as package-lock.json has them and with the texts that they bring
(`tools/ui.sh packages` puts them there), and the C libraries that are compiled in.  What the binary only
links is the system's.  --check writes nothing and fails where NOTICE is not what would be written.
"""

from __future__ import annotations

import json
import pathlib
import re
import sys
from typing import NamedTuple

TOP = pathlib.Path(__file__).resolve().parent.parent
NOTICE = TOP / "NOTICE"
RULE = "-" * 80
TOOLS = {"esbuild"}  # makes the bundle, is not in it
NOT_BUNDLED = {"dev", "optional", "devOptional"}
MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation
the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and
to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of
the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO
THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF
CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
IN THE SOFTWARE."""


class Part(NamedTuple):
    name: str
    license: str
    text: str


# by the name of their static_library in src/*/meson.build
C_LIBRARIES = {"llhttp": Part("llhttp", "MIT", "Copyright Fedor Indutny, 2018.\n\n" + MIT)}


def c_parts() -> list[Part]:
    """What src/ compiles from outside of it."""
    named = set()
    for build in sorted((TOP / "src").glob("*/meson.build")):
        named.update(re.findall(r"\bstatic_library\('(\w+)'", build.read_text()))
    missing = named - C_LIBRARIES.keys()
    if missing:
        sys.exit(
            f"notice.py: no license is known of {', '.join(sorted(missing))}: add to C_LIBRARIES"
        )
    return [C_LIBRARIES[name] for name in sorted(named)]


def license_text(folder: pathlib.Path) -> str:
    """As the package brings it; the usual words for one that only names its license and its author."""
    for file in sorted(folder.iterdir()):
        if re.fullmatch(r"(licen[cs]e|copying)([.-].*)?", file.name, re.IGNORECASE):
            return file.read_text().strip()
    package = json.loads((folder / "package.json").read_text())
    author = package.get("author", "")
    author = author["name"] if isinstance(author, dict) else author
    return f"Copyright {author}\n\n{MIT}" if author and package["license"] == "MIT" else ""


def npm_parts() -> list[Part]:
    lock = json.loads((TOP / "ui" / "package-lock.json").read_text())
    parts = []
    for path, package in sorted(lock["packages"].items()):
        name = path.rpartition("node_modules/")[2]
        if not path or name in TOOLS or NOT_BUNDLED & package.keys():
            continue
        folder = TOP / "ui" / path
        if not folder.is_dir():
            sys.exit(f"notice.py: {path} is not there: tools/ui.sh packages")
        if not package.get("license"):
            sys.exit(f"notice.py: {name} names no license: may it be in the binary?")
        parts.append(Part(f"{name} {package['version']}", package["license"], license_text(folder)))
    return parts


def notice(parts: list[Part]) -> str:
    """Each text once, behind the names of all that come under it."""
    by_text: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        by_text.setdefault((part.license, part.text), []).append(part.name)
    text = "plait\nLicensed under the Apache License, Version 2.0: see LICENSE.\n\n"
    text += "The binary holds what follows as well, under the licenses named; written by tools/notice.py.\n"
    for (license, words), names in by_text.items():
        text += f"\n{RULE}\n" + "".join(f"{name} ({license})\n" for name in names)
        text += f"\n{words}\n" if words else ""
    return text


def main() -> int:
    text = notice(c_parts() + npm_parts())
    if "--check" not in sys.argv[1:]:
        NOTICE.write_text(text)
        return 0
    if NOTICE.exists() and NOTICE.read_text() == text:
        return 0
    print("NOTICE is not that of what is bundled now: python3 tools/notice.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
