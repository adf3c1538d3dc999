"""The words of the Pipes wire format, version 0.1: variables, parameters, messages, exceptions. No files, no processes."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any, Mapping

VERSION_FIELD = "__dagster_pipes_version"
VERSION = "0.1"
CONTEXT_VARIABLE = "DAGSTER_PIPES_CONTEXT"
MESSAGES_VARIABLE = "DAGSTER_PIPES_MESSAGES"
#: bytes of a message that is taken: the same as of a step's own (doc/formats/step.md)
LONGEST = 16 << 20
#: causes of causes that are shown
_DEEPEST = 8


def encode(params: Mapping[str, Any]) -> str:
    """Parameters as the text that stands in an environment variable or on a command line."""
    return base64.b64encode(zlib.compress(json.dumps(params).encode())).decode()


def decode(text: str) -> Any:
    """The parameters that `encode` wrote."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def option(variable: str) -> str:
    """The command line option that stands for an environment variable."""
    return "--" + variable.lower().replace("_", "-")


def read_message(line: bytes) -> dict[str, Any] | None:
    """The message on a line; None when it is anything else. Bytes that are no UTF-8 become replacement characters."""
    text = line.strip()
    if not text.startswith(b"{"):
        return None
    try:
        message = json.loads(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and VERSION_FIELD in message else None


def exception_title(exception: Any) -> str:
    """`name: message` of a reported exception."""
    if not isinstance(exception, dict):
        return str(exception)
    name, message = exception.get("name"), str(exception.get("message") or "").strip()
    if not name or message.startswith(f"{name}:"):
        return message or str(name or "an exception without a text")
    return f"{name}: {message}" if message else str(name)


def exception_text(exception: Any, depth: int = 0) -> str:
    """A reported exception with its stack and what led to it, for people."""
    lines = [exception_title(exception)]
    if isinstance(exception, dict):
        stack = exception.get("stack") or []
        lines += [str(part).rstrip("\n") for part in ([stack] if isinstance(stack, str) else stack)]
        for member, sentence in (
            ("cause", "It was raised because of:"),
            ("context", "It was raised while this was handled:"),
        ):
            if exception.get(member) and depth < _DEEPEST:
                lines += [sentence, exception_text(exception[member], depth + 1)]
    return "\n".join(lines)
