"""Workers through real sockets: made, waiting for a step, and leaving without one."""

from __future__ import annotations

import os
import signal
import time

CODE = """
    import os, subprocess, sys
    import dagster as dg

    @dg.asset
    def quiet() -> None:
        pass

    @dg.asset
    def numbers(context):
        context.log.info("counting")
        print("to stdout")
        sys.stderr.write("to stderr\\n")
        subprocess.run(["echo", "from a child"], check=True)
        return [1, 2, 3]
"""


def test_workers_are_refused_before_compiling(host):
    client = host({"defs.py": "import dagster as dg\n"})
    reply = client.ask("fork", count=1)
    assert not reply["ok"] and "compiled" in reply["error"]["message"]


def test_workers_are_leaders_of_their_sessions_and_wait(ready):
    client = ready(CODE)
    workers = client.workers(3)
    assert len({worker.pid for worker in workers}) == 3
    for worker in workers:
        worker.made_ahead()
        assert os.getsid(worker.pid) == os.getpgid(worker.pid) == worker.pid
        assert worker.method == "fork"
        with open(f"/proc/{worker.pid}/stat") as file:
            assert file.read().rsplit(")", 1)[1].split()[19] == worker.started


def test_files_made_ahead_are_those_of_the_step(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    made = worker.made_ahead()
    step = worker.run("numbers", isolation="process", ahead=True)
    assert step.exception is None
    assert step.file.read_bytes() == worker.bytes
    assert {path.name: path.stat().st_ino for path in step.folder.iterdir()} == made
    assert sorted(step.wrote("stdout").splitlines()) == ["from a child", "to stdout"]
    assert worker.exit()["code"] == 0


def test_worker_that_had_no_step_leaves_no_folder(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    worker.made_ahead()
    worker.socket.close()
    assert worker.exit()["code"] == 0
    assert not worker.desk.exists()


def test_stop_and_end_of_file_while_waiting_end_the_worker(ready):
    client = ready(CODE)
    stopped, left = client.workers(2)
    stopped.made_ahead()
    stopped.signal()
    assert stopped.exit()["signal"] in (None, signal.SIGTERM)
    left.socket.close()
    assert left.exit()["code"] == 0
    kept = client.workers()[0]
    kept.run("quiet")
    time.sleep(0.1)
    kept.signal()
    assert kept.exit()["code"] == 0


def test_other_workers_do_not_hold_a_socket_open(ready):
    client = ready(CODE)
    first, second = client.workers(2)
    third = client.workers()[0]
    for worker in (first, second, third):
        worker.socket.close()
        assert worker.exit()["code"] == 0


def test_nonsense_ends_the_worker(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    worker.socket.sendall(b"{}\n")
    assert worker.exit()["code"] == 74
