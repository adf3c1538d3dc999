"""The same user code loaded by plait and by real Dagster: what both understand must be the same.

``PLAIT_TEST_PEER_PYTHON`` names an interpreter that has Dagster installed; without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
PEER = os.environ.get("PLAIT_TEST_PEER_PYTHON")
pytestmark = pytest.mark.skipif(
    not PEER, reason="PLAIT_TEST_PEER_PYTHON names no interpreter with Dagster"
)
MODULES = sorted(
    [name for name in os.listdir(os.path.join(HERE, "modules")) if name.endswith(".py")]
)
CASES = sorted([name for name in os.listdir(HERE) if name.startswith("cases_")])

# Where plait differs on purpose: case -> why.
ON_PURPOSE = {
    "deps is a string": "Dagster takes each letter for an asset; plait refuses it",
    "keyword-only parameter": "Dagster forgets the parameter and fails at run time; plait makes it an input",
    "keyword-only context and input": "as above",
    "positional-only parameter": "Dagster forgets the parameter and fails at run time; plait refuses it",
    "unresolvable annotation": "Dagster refuses it; plait tells and loads on",
    "unresolvable context annotation": "Dagster refuses it; plait loads on",
    "ins value is a key": "Dagster fails with AttributeError; plait takes the key",
    "ins value is a string": "Dagster fails with AttributeError; plait takes the key",
    "iterator annotation": "Dagster wants a generator there; plait does not look",
    "dep and prefixed parameter": "Dagster stumbles over its own names for inputs",
    "map adds dep": "as above",
    "partial": "Dagster describes the asset with what partial says about itself",
    "equal resource lists merge": "Dagster compares by identity; equal values are one to plait",
    "configure_at_launch": "not covered yet: a sentence says so",
    "positional and keyword-only parameter": "Dagster forgets the parameter and fails at run time; plait makes it an input",
    'AssetKey.from_coercible_or_definition(AssetSpec("a"))': "plait takes every definition with one key",
    'AssetSpec("a", deps="bc")': "Dagster takes each letter for an asset; plait refuses it",
    'asset(name="a", op_tags={"dagster/priority": "x"})(lambda: 1).op.tags["dagster/priority"]': "Dagster fails at run time",
    'asset(name="a", op_tags={"dagster/concurrency_key": "y z"})(lambda: 1).op.pool': "no pool can have that name",
    'asset_sensor(asset_key="a", name="s", job_name="j")(lambda context: 1).name': "plait takes every form of a key",
    'AssetSpec("a").with_io_manager_key("x")': "Dagster wants the manager even if nothing loads the asset",
}


def run(python: str, front: str, what: str, path: str) -> dict:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment.update(DAGSTER_HOME="", PYTHONHASHSEED="0")
    done = subprocess.run(
        [python, os.path.join(HERE, "describe.py"), front, what, path],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", MODULES)
def test_module_is_understood_alike(name: str) -> None:
    path = os.path.join(HERE, "modules", name)
    ours, theirs = (
        run(sys.executable, "plait", "module", path),
        run(PEER, "dagster", "module", path),
    )
    assert sorted(ours) == sorted(theirs)
    for key in theirs:
        assert ours[key] == theirs[key], key


@pytest.mark.parametrize("name", CASES)
def test_cases_are_judged_alike(name: str) -> None:
    path = os.path.join(HERE, name)
    ours, theirs = run(sys.executable, "plait", "cases", path), run(PEER, "dagster", "cases", path)
    different = []
    for case, answer in theirs.items():
        mine = ours[case]
        if mine.get("error") == "ImportError" and "need pydantic" in mine["sentence"]:
            continue
        same = mine["refused"] == answer["refused"] and mine.get("value") == answer.get("value")
        if same == (case in ON_PURPOSE):
            different.append("%s:\n    plait   %s\n    dagster %s" % (case, mine, answer))
    assert not different, "\n".join(different)
