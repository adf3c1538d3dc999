"""Workers that are started afresh, where forking is not safe: they load the code themselves."""

from __future__ import annotations

import os


def test_spawned_workers_load_the_code_first(ready):
    client = ready(
        """
        import threading, time
        import dagster as dg
        threading.Thread(target=time.sleep, args=(1000,), daemon=True, name="poller").start()

        @dg.asset
        def one() -> None:
            pass
        """
    )
    assert client.manifest["start"]["method"] == "spawn"
    first, second = client.workers(2)
    assert first.method == "spawn"
    assert os.getsid(first.pid) == first.pid
    for _ in range(2):
        step = first.run("one")
        assert step.exception is None, step.exception
        assert not step.method("log")
    assert second.run("one", isolation="process").exception is None
    assert second.exit()["code"] == 0


def test_code_that_fails_to_load_in_a_spawned_worker_is_the_steps_exception(ready):
    client = ready(
        """
        import os, threading, time
        import dagster as dg
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        if os.path.exists("loaded"):
            raise RuntimeError("only once")
        open("loaded", "w").close()

        @dg.asset
        def one() -> None:
            pass
        """
    )
    worker = client.workers()[0]
    step = worker.run("one", isolation="process")
    assert "only once" in step.exception["message"]
    assert step.exception["file"].endswith("defs.py")
