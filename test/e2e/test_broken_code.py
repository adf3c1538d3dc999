"""One repository breaks; the other stays fully usable, and the error is shown with its place."""

from __future__ import annotations

import textwrap
import time

import pytest

GOOD = """
    @dg.asset
    def good():
        return 1
    defs = dg.Definitions([good], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""
FINE = """
    @dg.asset
    def fragile():
        return 1
    defs = dg.Definitions([fragile], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""
BREAKAGES = {
    "syntax error": ("def broken(:\n    pass\n", "definitions.py"),
    "missing package": ("import no_such_package_anywhere\n", "no_such_package_anywhere"),
    "exception at import": ("raise RuntimeError('not today')\n", "not today"),
    "exit at import": ("import sys; sys.exit(3)\n", "exit"),
    "killed at import": ("import os; os.kill(os.getpid(), 9)\n", "signal 9"),
    "nothing defined": ("x = 1\n", "Definitions"),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_location_leaves_the_other_usable(workspace, name):
    code, shown = BREAKAGES[name]
    workspace.location("sound", GOOD)
    workspace.location("cracked", code)
    workspace.plait("materialize", "--select", "good")
    assert workspace.assets()["good"]["status"] == "materialized"
    location = workspace.json("location", "show", "cracked")
    assert location["health"] == "broken"
    text = workspace.plait("location", "show", "cracked").out
    assert shown in text, text


def test_a_host_that_is_killed_while_it_loads_is_tried_again(workspace):
    once = "import os, pathlib\nmark = pathlib.Path(DATA + '.mark')\n"
    once += "if not mark.exists():\n    mark.touch()\n    os.kill(os.getpid(), 9)\n"
    workspace.location("unlucky", once + textwrap.dedent(GOOD))
    workspace.plait("materialize")
    assert workspace.assets()["good"]["status"] == "materialized"


def test_a_location_that_stops_loading_keeps_its_last_good_manifest(workspace):
    workspace.location("sound", GOOD)
    workspace.location("cracked", FINE)
    assert set(workspace.assets()) == {"good", "fragile"}
    workspace.location("cracked", "import no_such_package_anywhere\n")
    assets = workspace.assets()
    assert set(assets) == {"good", "fragile"}
    assert assets["fragile"]["stale_location"] is True
    assert workspace.json("location", "show", "cracked")["health"] == "stale"
    workspace.plait("materialize", "--select", "good")
    workspace.plait("materialize", "--select", "fragile", status=1)
    error = workspace.steps()["fragile"]["error"]
    assert error["message"].startswith("location 'cracked' does not load: ModuleNotFoundError: ")
    assert "no_such_package_anywhere" in error["message"]
    assert error["hint"].endswith("plait location show cracked has the traceback")


def test_a_hanging_import_is_ended_with_the_line_it_hangs_in(workspace):
    workspace.env["PLAIT_COMPILE_TIMEOUT"] = "2"
    workspace.location("sound", GOOD)
    workspace.location(
        "cracked", "import time\n\ndef wait_for_ever():\n    time.sleep(3600)\n\nwait_for_ever()\n"
    )
    began = time.monotonic()
    workspace.plait("materialize", "--select", "good")
    assert time.monotonic() - began < 30
    text = workspace.plait("location", "show", "cracked").out
    assert "longer than 2 s" in text and "wait_for_ever" in text, text
    began = time.monotonic()
    workspace.plait("asset", "list")
    assert time.monotonic() - began < 2, "unchanged broken code is not tried again"
