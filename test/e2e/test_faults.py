"""Steps that die, disks that are full, folders that cannot be written, two runs at once:
a clear error, and the old version stands."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess

import pytest
from conftest import wait_for

CODE = """
    import os, pathlib, signal, time

    @dg.asset
    def value(context: dg.AssetExecutionContext):
        mode = pathlib.Path(DATA).with_name("mode").read_text()
        if mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if mode == "lambda":
            return lambda: 1
        if mode == "sleep":
            context.log.info("sleeping")
            time.sleep(60)
        if mode == "exit":
            os._exit(7)
        return mode

    @dg.asset
    def reader(value):
        return value + "!"

    defs = dg.Definitions([value, reader], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
"""


@pytest.fixture
def made(workspace):
    workspace.location("only", CODE)
    (workspace.root / "mode").write_text("good")
    workspace.plait("materialize")
    return workspace


def current(workspace):
    return pickle.loads((workspace.data / "value").read_bytes())


@pytest.mark.parametrize(
    ("mode", "shown"),
    [("kill", "signal 9"), ("lambda", "pickle"), ("exit", "status 7")],
)
def test_a_step_that_dies_leaves_the_previous_version(made, mode, shown):
    (made.root / "mode").write_text(mode)
    done = made.plait("materialize", status=1)
    assert shown in done.out + done.err
    steps = made.steps()
    assert steps["value"]["status"] == "failure"
    assert steps["reader"]["status"] == "skipped"
    assert current(made) == "good"
    assert made.assets()["value"]["status"] == "failed"
    assert (
        made.json("asset", "show", "value")["current"]["run"]
        != made.json("run", "show", "latest")["id"]
    )


def test_an_unwritable_folder_is_named(made):
    if os.geteuid() == 0:
        subprocess.run(["chattr", "+i", str(made.data / ".plait" / "value")], check=False)
        probe = made.data / ".plait" / "value" / "probe"
        try:
            probe.mkdir()
            pytest.skip(
                "root writes everywhere here, and chattr +i has no effect on this file system"
            )
        except OSError:
            pass
    else:
        (made.data / ".plait" / "value").chmod(0o555)
    try:
        done = made.plait("materialize", "--select", "value", status=1)
        assert str(made.data) in done.out + done.err
        assert current(made) == "good"
    finally:
        subprocess.run(["chattr", "-i", str(made.data / ".plait" / "value")], check=False)
        (made.data / ".plait" / "value").chmod(0o755)


def test_a_state_that_cannot_be_written_can_be_looked_at(made):
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    state = str(made.root / ".plait")
    bind = ["mount", "--bind", state, state]
    if subprocess.run(bind, check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", state], check=True)
        done = made.plait("asset", "list")
        assert "value" in done.out
        assert "cannot be written: this is what was compiled last" in done.err
        assert "value" in made.plait("asset", "show", "value").out
        assert made.json("run", "list")
        assert "read-only" in made.plait("materialize", status=1).err
    finally:
        subprocess.run(["umount", state], check=True)


def test_a_full_disk_is_named(workspace):
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    workspace.data.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(workspace.data)]
    )
    if mounted.returncode != 0:
        pytest.skip("tmpfs cannot be mounted here")
    try:
        workspace.location(
            "only",
            """
            import pathlib
            @dg.asset
            def value():
                return pathlib.Path(DATA).with_name("mode").read_text()
            defs = dg.Definitions([value], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)})
            """,
        )
        (workspace.root / "mode").write_text("good")
        workspace.plait("materialize")
        (workspace.root / "mode").write_text("x" * 1_000_000)
        done = workspace.plait("materialize", status=1)
        assert "space" in (done.out + done.err).lower()
        assert current(workspace) == "good"
    finally:
        subprocess.run(["umount", str(workspace.data)], check=True)


def running(workspace):
    runs = workspace.json("run", "list")
    return any(
        step["status"] == "running"
        for step in workspace.json("run", "show", runs[0]["id"])["steps"]
    )


def test_two_runs_never_write_one_asset_at_once(made):
    (made.root / "mode").write_text("sleep")
    first = made.start("materialize", "--select", "value")
    wait_for(lambda: running(made))
    second = made.start("materialize", "--select", "value")
    wait_for(lambda: len(made.json("run", "list")) == 3)
    waiting, running_one = made.json("run", "list")[:2]
    assert (waiting["status"], running_one["status"]) == ("queued", "started")
    (made.root / "mode").write_text("new")
    first.send_signal(signal.SIGINT)
    first.wait(20)
    out, err = second.communicate(timeout=60)
    assert second.returncode == 0, out + err
    assert f'is queued: run {running_one["id"]} writes "value"' in out
    assert current(made) == "new"


def test_a_second_command_runs_other_assets_through_the_first(made):
    (made.root / "mode").write_text("sleep")
    first = made.start("materialize", "--select", "value")
    wait_for(lambda: running(made))
    made.plait("materialize", "--select", "reader")
    assert len(made.json("run", "list")) == 3
    first.send_signal(signal.SIGINT)
    assert first.wait(20) == 130


def test_ctrl_c_cancels_cleanly(made):
    (made.root / "mode").write_text("sleep")
    process = made.start("materialize")
    wait_for(lambda: running(made))
    pid = made.steps()["value"]["pid"]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert made.json("run", "show", "latest")["status"] == "canceled"
    assert {step["status"] for step in made.steps().values()} == {"canceled"}
    wait_for(lambda: not os.path.exists(f"/proc/{pid}"))
