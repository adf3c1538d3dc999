"""Nothing is written in place: a run reads what it pinned, readers never see a torn file, nobody's files are lost."""

from __future__ import annotations

import pickle
import shutil
import threading
import time

from conftest import wait_for

IO = 'resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)}'
SLOW = f"""
    import pathlib, time

    HERE = pathlib.Path(DATA).parent

    @dg.asset
    def source():
        return (HERE / "number").read_text()

    @dg.asset
    def before(source):
        (HERE / "begun").touch()
        while not (HERE / "go").exists():
            time.sleep(0.02)
        return source

    @dg.asset(deps=[before])
    def late(source):
        return source

    defs = dg.Definitions([source, before, late], {IO})
"""


def test_a_run_reads_the_versions_it_pinned(workspace):
    workspace.location("one", SLOW)
    (workspace.root / "number").write_text("1")
    workspace.plait("materialize", "source")
    first = workspace.assets()["source"]["version"]
    slow = workspace.start("materialize", "before", "late")
    wait_for((workspace.root / "begun").exists)
    (workspace.root / "number").write_text("2")
    workspace.plait("materialize", "source")
    second = workspace.assets()["source"]["version"]
    (workspace.root / "go").touch()
    out, err = slow.communicate(timeout=60)
    assert slow.returncode == 0, out + err
    assert second != first and workspace.value("source") == "2"
    assert workspace.value("before") == workspace.value("late") == "1", (
        "both read what the run pinned at its start"
    )
    (read,) = [
        row
        for row in workspace.json("asset", "show", "late")["current"]["inputs"]
        if row["asset"] == "source"
    ]
    assert read["version"] == first and read["pinned"] is True


def test_a_reader_never_sees_a_missing_or_torn_file(workspace):
    workspace.location(
        "one",
        f"""
        import os

        @dg.asset
        def watched():
            return os.getpid(), list(range(30_000))

        defs = dg.Definitions([watched], {IO})
        """,
    )
    workspace.plait("materialize")
    stop, seen, faults = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                pid, numbers = pickle.loads((workspace.data / "watched").read_bytes())
                seen.add(pid)
                assert len(numbers) == 30_000
            except Exception as error:  # whatever a reader may meet is a fault
                faults.append(error)
                return
            time.sleep(0.0005)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(50):
        workspace.plait("materialize", "-q")
    stop.set()
    reader.join()
    assert not faults and len(seen) > 10, (faults, len(seen))
    assert len(workspace.json("asset", "show", "watched")["versions"]) == 51


ONE = f"""
    import pathlib

    @dg.asset
    def a():
        mode = pathlib.Path(DATA).with_name("mode").read_text()
        if mode == "fail":
            raise ValueError("no")
        return mode

    @dg.asset
    def reader(a):
        return a + "!"

    defs = dg.Definitions([a, reader], {IO})
"""


def test_a_foreign_file_where_a_view_belongs_is_kept(workspace):
    workspace.location("one", ONE)
    (workspace.root / "mode").write_text("ours")
    workspace.data.mkdir()
    (workspace.data / "a").write_bytes(pickle.dumps("theirs"))
    (warning,) = workspace.json("materialize", "reader", "--dry-run")["warnings"]
    assert "not pinned" in warning
    workspace.plait("materialize", "reader")
    assert workspace.value("reader") == "theirs!", (
        "a value made by another tool is read where it lies"
    )
    workspace.plait("materialize", "a")
    assert workspace.value("a") == "ours" and (workspace.data / "a").is_symlink()
    (kept,) = (workspace.data / ".plait/a").glob("found-*/a")
    assert pickle.loads(kept.read_bytes()) == "theirs"


def test_a_failed_step_leaves_no_version_and_the_old_value(workspace):
    workspace.location("one", ONE)
    (workspace.root / "mode").write_text("good")
    workspace.plait("materialize")
    before = sorted((workspace.data / ".plait/a").iterdir())
    (workspace.root / "mode").write_text("fail")
    workspace.plait("materialize", status=1)
    assert sorted((workspace.data / ".plait/a").iterdir()) == before
    assert workspace.value("a") == "good" and workspace.assets()["a"]["status"] == "failed"
    assert len(workspace.json("asset", "show", "a")["versions"]) == 1


def test_a_view_that_was_removed_is_made_again(workspace):
    workspace.location("one", ONE)
    (workspace.root / "mode").write_text("good")
    workspace.plait("materialize")
    (workspace.data / "a").unlink()
    workspace.plait("materialize", "reader")
    assert workspace.value("a") == "good" and workspace.value("reader") == "good!"


def test_versions_say_what_made_them(workspace):
    workspace.location("one", ONE)
    (workspace.root / "mode").write_text("good")
    workspace.plait("materialize")
    current = workspace.json("asset", "show", "reader")["current"]
    upstream = workspace.assets()["a"]["version"]
    assert [(row["asset"], row["version"]) for row in current["inputs"]] == [("a", upstream)]
    assert current["run"] == workspace.json("run", "show")["id"] and current["location"] == "one"
    (file,) = current["files"].values()
    assert file["bytes"] == (workspace.data / "reader").stat().st_size and len(file["sha256"]) == 64


def test_values_of_a_users_own_manager_from_before_are_read(workspace):
    workspace.location(
        "one",
        """
        class Own(dg.IOManager):
            def handle_output(self, context, obj):
                pass

            def load_input(self, context):
                return "from before"

        @dg.asset
        def a():
            return 1

        @dg.asset(io_manager_key="files")
        def reader(a):
            return a

        defs = dg.Definitions([a, reader], resources={"io_manager": Own(), "files": dg.FilesystemIOManager(base_dir=DATA)})
        """,
    )
    workspace.plait("materialize", "reader")
    assert workspace.value("reader") == "from before"


TWO = f"""
    @dg.asset
    def a():
        return 1

    @dg.asset
    def b(a):
        return a + 1

    defs = dg.Definitions([a, b], {IO})
"""


def test_values_that_somebody_deleted_are_missing_before_anything_runs(workspace):
    workspace.location("one", TWO)
    workspace.plait("materialize")
    shutil.rmtree(workspace.data)
    assert {asset["status"] for asset in workspace.assets().values()} == {"missing"}
    refused = workspace.plait("materialize", "b", status=4)
    assert "gone from the folder" in refused.err and "plait materialize 'a,b'" in refused.err
    workspace.plait("materialize", "a,b")
    assert workspace.value("b") == 2


def test_a_workspace_that_was_moved_reads_the_values_it_brought(workspace):
    workspace.location("one", TWO)
    workspace.plait("materialize")
    moved = workspace.data.rename(workspace.root / "elsewhere")
    workspace.data = moved
    workspace.location("one", TWO)
    done = workspace.plait("materialize", "b")
    assert "no longer where it was stored" in done.out and "not pinned" in done.out
    assert workspace.value("b") == 2
