"""Reading project files. Python 3.11 brings a TOML parser; before it, the little that project files need is read here."""

from __future__ import annotations


def read(path: str) -> dict:
    """The tables of a TOML file; raises ValueError for a file that is none (as far as the parser at hand can tell)."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        import tomllib
    except ImportError:
        return _tables(text)
    return tomllib.loads(text)


def _tables(text: str) -> dict:
    """Tables and their one-line strings, numbers and booleans; anything else is passed over."""
    root: dict = {}
    table = root
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            name = line.split("#")[0].strip().strip("[]")
            table = root
            for part in _dotted(name):
                table = table.setdefault(part, {})
                if not isinstance(table, dict):
                    table = {}
        elif "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            _put(table, _dotted(name), value.strip())
    return root


def _put(table: dict, parts: list[str], value: str) -> None:
    for part in parts[:-1]:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            return
    if value[:1] in "\"'" and value:
        end = value.find(value[0], 1)
        if end > 0:
            table[parts[-1]] = value[1:end]
    elif value.startswith("{"):
        inner: dict = {}
        for item in value.strip("{} ").split(","):
            name, equals, part = item.partition("=")
            if equals:
                _put(inner, _dotted(name), part.strip())
        table[parts[-1]] = inner
    else:
        word = value.split("#")[0].strip()
        if word in ("true", "false"):
            table[parts[-1]] = word == "true"


def _dotted(name: str) -> list[str]:
    parts, part, quote = [], "", ""
    for char in name.strip():
        if quote:
            if char == quote:
                quote = ""
            else:
                part += char
        elif char in "\"'":
            quote = char
        elif char == ".":
            parts.append(part.strip())
            part = ""
        else:
            part += char
    parts.append(part.strip())
    return parts
