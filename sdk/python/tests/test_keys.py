"""Asset keys: coercions, text forms, order."""

from __future__ import annotations

import pickle

import plait as dg
import pytest


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ("a", ["a"]),
        ("a/b", ["a/b"]),
        (["a", "b"], ["a", "b"]),
        (("a", "b"), ["a", "b"]),
        ([], []),
        ("", [""]),
    ],
)
def test_path_is_kept(given, parts):
    assert dg.AssetKey(given).path == parts


@pytest.mark.parametrize("given", [5, None, [1], ["a", None], {"a"}, object()])
def test_other_paths_are_refused(given):
    with pytest.raises(Exception, match="AssetKey"):
        dg.AssetKey(given)


@pytest.mark.parametrize("parts", [["a"], ["a", "b/c"], ["a\\b", "c"], ["/", "\\"], ["", "x"]])
def test_escaped_form_is_read_back(parts):
    key = dg.AssetKey(parts)
    assert dg.AssetKey.from_escaped_user_string(key.to_escaped_user_string()) == key


@pytest.mark.parametrize(
    ("parts", "user", "escaped", "identifier"),
    [
        (["a", "b/c"], "a/b/c", "a/b\\/c", "a__b/c"),
        (["a-b", "c.d"], "a-b/c.d", "a-b/c.d", "a_b__c_d"),
        (["a"], "a", "a", "a"),
    ],
)
def test_forms(parts, user, escaped, identifier):
    key = dg.AssetKey(parts)
    assert (key.to_user_string(), key.to_escaped_user_string(), key.to_python_identifier()) == (
        user,
        escaped,
        identifier,
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [('["a", "b/c"]', ["a", "b/c"]), ("a.b-c d", ["a", "b", "c", "d"]), ("a/b", ["a", "b"])],
)
def test_stored_form(text, parts):
    assert dg.AssetKey.from_db_string(text).path == parts


def test_keys_are_values():
    key = dg.AssetKey(["a", "b"])
    assert key == dg.AssetKey(("a", "b")) and hash(key) == hash(dg.AssetKey(("a", "b")))
    assert key != ["a", "b"] and dg.AssetKey("a") < key
    assert pickle.loads(pickle.dumps(key)) == key
    key.path.append("c")
    assert key.path == ["a", "b"]


def test_prefix():
    assert dg.AssetKey("c").with_prefix(["a", "b"]).path == ["a", "b", "c"]
    assert dg.AssetKey(["a", "b"]).has_prefix(["a"]) and not dg.AssetKey("a").has_prefix(["a", "b"])
