"""Rules for the words people choose: names, groups, tags, owners, kinds. Each check names the thing and the rule."""

from __future__ import annotations

import re
from keyword import iskeyword

from plait import check
from plait.errors import DagsterInvalidDefinitionError

DEFAULT_GROUP = "default"
KIND_PREFIX = "dagster/kind/"
KINDS_LIMIT = 10
_name = re.compile(r"[A-Za-z0-9_]+\Z").match
_group = re.compile(r"[A-Za-z0-9_]+(?:/[A-Za-z0-9_]+)*\Z").match
_tag_key = re.compile(r"(?:[A-Za-z0-9_.-]{1,63}/)?[A-Za-z0-9_.-]{1,63}\Z").match
_name_part = re.compile(r"[A-Za-z0-9_.-]{1,63}\Z").match
_tag_value = re.compile(r"[A-Za-z0-9_.-]{0,63}\Z").match
_email = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}\Z").match


def name(value: str, what: str) -> str:
    """A name of letters, digits and underscores that is no Python keyword and does not clash with plait's own words."""
    if not _name(value):
        raise DagsterInvalidDefinitionError(
            '%s: "%s" is not a valid name; use letters, digits and underscores' % (what, value)
        )
    if value in (
        "context",
        "conf",
        "config",
        "meta",
        "arg_dict",
        "dict",
        "input_arg_dict",
        "output_arg_dict",
        "int",
        "str",
        "float",
        "bool",
        "input",
        "output",
        "type",
    ) or iskeyword(value):
        raise DagsterInvalidDefinitionError(
            '%s: "%s" is a reserved word; choose another name' % (what, value)
        )
    return value


def group(value: str | None, where: object = None) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise check.wrong("group_name", "a string or None", value)
    if not _group(value):
        raise DagsterInvalidDefinitionError(
            '"%s" is not a valid asset group name%s: %s'
            % (
                value,
                _at(where),
                "leave group_name out for the default group"
                if not value
                else "use letters, digits and underscores; / nests groups, as in marketing/paid",
            )
        )
    return value


def tags(value: dict, where: object = None, strict: bool = False) -> dict:
    """Check tags. Kinds given to ``AssetSpec`` may hold any characters; with ``strict`` they obey the rule of tag keys."""
    for key, text in value.items():
        if not isinstance(text, str):
            raise DagsterInvalidDefinitionError(
                'the value of tag "%s"%s must be a string, not %r' % (key, _at(where), text)
            )
        if not _tag_key(key) and not (
            key.startswith(KIND_PREFIX) and (not strict or _name_part(key[len(KIND_PREFIX) :]))
        ):
            raise DagsterInvalidDefinitionError(
                'invalid tag key "%s"%s: a key is up to 63 letters, digits and _ . - with at most one / after a '
                "namespace of the same form" % (key, _at(where))
            )
        if not _tag_value(text):
            raise DagsterInvalidDefinitionError(
                'invalid value "%s" of tag "%s"%s: up to 63 letters, digits and _ . -'
                % (text, key, _at(where))
            )
    return value


def owners(value: list, where: object = None) -> list:
    for owner in value:
        if not (owner.startswith("team:") and len(owner) > 5) and not _email(owner):
            raise DagsterInvalidDefinitionError(
                "invalid owner '%s'%s: an owner is an e-mail address or team:NAME"
                % (owner, _at(where))
            )
    return value


def kind_tags(kinds, where: object = None) -> dict:
    """Kinds as the tags that store them."""
    if not kinds:
        return {}
    result = {"%s%s" % (KIND_PREFIX, kind): "" for kind in kinds}
    if len(result) > KINDS_LIMIT:
        raise DagsterInvalidDefinitionError(
            "%d kinds%s: an asset has at most %d" % (len(result), _at(where), KINDS_LIMIT)
        )
    return result


def _at(where: object) -> str:
    return " on asset %s" % where.to_user_string() if hasattr(where, "to_user_string") else ""
