"""Values on their way into a message: whichever of its two ways a value takes, the same is written."""

from __future__ import annotations

import collections
import enum
import json
import pathlib

import pytest
from plait.host.encoding import encoded


class Color(str, enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    LARGE = 3


#: what keeps a message from being written as it is
CARE = [None, float("nan"), pathlib.Path("x"), 1 << 80, "\udc80"]


def written(value: object, beside: object) -> object:
    return json.loads(encoded({"value": value, "beside": beside}))["value"]


@pytest.mark.parametrize("beside", CARE)
@pytest.mark.parametrize(
    "key", ["text", "ä", "", True, False, None, 0, -7, 1 << 80, 1.5, 1e300, Color.RED, Size.LARGE]
)
def test_keys_are_spelt_as_json_dumps_spells_them(key, beside):
    expected = json.loads(json.dumps({key: 1}))
    assert written({key: 1}, beside) == expected
    assert written([collections.OrderedDict({key: 1})], beside) == [expected]


@pytest.mark.parametrize("beside", CARE)
def test_keys_that_json_has_no_words_for_are_text(beside):
    odd = {(1, 2): "tuple", pathlib.PurePosixPath("a/b"): "path", "\udc80": "half"}
    assert written(odd, beside) == {"(1, 2)": "tuple", "a/b": "path", "\\udc80": "half"}
