"""What goes wrong around a run: descriptors that are closed, hosts that die, commands that come and go,
disks that fill, code that changes unseen. A clear end, nothing left behind, nothing hung."""

from __future__ import annotations

import shlex
import subprocess
import textwrap

import pytest
from conftest import BINARY

HEAD = "import os, pathlib, signal, subprocess, sys, time\nHERE = pathlib.Path(__file__).parent\n"
TAIL = """
defs = dg.Definitions(
    [v for v in list(globals().values()) if isinstance(v, dg.AssetsDefinition)],
    resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
)
"""


def code(text: str) -> str:
    """A location's code: `text`, with every asset it defines."""
    return HEAD + textwrap.dedent(text) + TAIL


PAIR = code("""
    @dg.asset
    def value(context):
        print("printed")
        context.log.info("logged")
        return 1

    @dg.asset
    def reader(value):
        return value + 1
""")


@pytest.mark.parametrize(
    "closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-", "| true", ">/dev/full"]
)
def test_a_command_runs_whatever_its_standard_descriptors_are(workspace, closed):
    workspace.location("only", PAIR)
    subprocess.run(
        [
            "bash",
            "-c",
            f"{shlex.quote(BINARY)} materialize {closed}; echo ${{PIPESTATUS[0]}} >status",
        ],
        cwd=workspace.root,
        env=workspace.env,
        capture_output=True,
        check=True,
    )
    assert (workspace.root / "status").read_text() == "0\n"
    assert workspace.value("reader") == 2
