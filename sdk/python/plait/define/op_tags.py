"""Tags and pool of a step, checked where they are written: those that plait acts on must say something it understands."""

from __future__ import annotations

import re

from plait import check
from plait.errors import DagsterInvalidDefinitionError

PREFIX = "plait/"
CONCURRENCY_KEY = "dagster/concurrency_key"
_YEARS = 10
_whole = re.compile(r"\s*[+-]?[0-9]{1,18}\s*\Z").match
_seconds = re.compile(r"\s*[0-9]{1,18}(?:\.[0-9]*)?\s*\Z").match
_word = re.compile(r"\S+\Z").match


def _isolation(value: str) -> bool:
    return value in ("process", "worker")


def _timeout(value: str) -> bool:
    return bool(_seconds(value)) and 1e-6 <= float(value) <= _YEARS * 365.25 * 86400


# Tag -> whether a value makes sense, what is wanted.
_KNOWN = {
    "plait/isolation": (_isolation, '"process" or "worker"'),
    "plait/timeout": (_timeout, "a number of seconds above 0 (at most %d years)" % _YEARS),
    "dagster/priority": (_whole, "a whole number"),
    CONCURRENCY_KEY: (_word, "the name of a pool, a word without white space"),
}


def checked_tags(tags, where: str) -> dict[str, str]:
    """Tags of the step; a value that is no string becomes JSON."""
    if not tags:
        return {}
    result = {}
    for name, value in check.mapping(tags, "op_tags of %s" % where).items():
        if not isinstance(value, str):
            value = _as_json(name, value, where)
        known = _KNOWN.get(name)
        if known is None:
            if name.startswith(PREFIX):
                _refuse_unknown(name, where)
        elif not known[0](value):
            raise DagsterInvalidDefinitionError(
                "%s: op tag %s is %r; it must be %s" % (where, name, value, known[1])
            )
        result[name] = value
    return result


def _as_json(name: str, value, where: str) -> str:
    import json

    try:
        text = json.dumps(value)
        same = json.loads(text) == value
    except (TypeError, ValueError):
        same = False
    if not same:
        raise DagsterInvalidDefinitionError(
            "%s: the value of op tag %r must be a string or a plain JSON value, not %r"
            % (where, name, value)
        )
    return text


def _refuse_unknown(name: str, where: str) -> None:
    from difflib import get_close_matches

    ours = [known for known in _KNOWN if known.startswith(PREFIX)]
    close = get_close_matches(name[len(PREFIX) :], [known[len(PREFIX) :] for known in ours], 1, 0.6)
    raise DagsterInvalidDefinitionError(
        "%s: plait knows no op tag %s; %s"
        % (
            where,
            name,
            "did you mean %s%s?" % (PREFIX, close[0])
            if close
            else "it knows %s, and tags of your own need another prefix" % " and ".join(ours),
        )
    )


def checked_pool(given, tags: dict[str, str], where: str) -> str | None:
    """The pool that the step belongs to; an empty one is none. ``tags`` may not name another."""
    if given is None or given == "":
        return None
    if not _word(check.text(given, "pool of %s" % where)):
        raise DagsterInvalidDefinitionError(
            "%s: pool %r must be a word without white space" % (where, given)
        )
    other = tags.get(CONCURRENCY_KEY)
    if other and other != given:
        raise DagsterInvalidDefinitionError(
            "%s: its pool is %r, but its op tag %s says %r; keep one of them"
            % (where, given, CONCURRENCY_KEY, other)
        )
    return given
