"""Workers through real sockets: what the server sees of them, and every way for a step and a worker to end."""

from __future__ import annotations

import os
import signal
import textwrap
import time

import pytest
from plait.host.zygote import MOVING_FORK

CODE = """
    import os, sys, time, signal, threading, logging, random, subprocess
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

    @dg.asset
    def broken():
        raise ValueError("no luck")

    @dg.asset
    def leaving():
        sys.exit(0)

    @dg.asset
    def vanishing(context):
        print("last words", flush=True)
        os._exit(7)

    @dg.asset
    def slow(context):
        context.log.info("sleeping")
        time.sleep(60)

    @dg.asset
    def cleaning(context) -> None:
        context.log.info("sleeping")
        try:
            time.sleep(60)
        finally:
            context.log.info("cleaned up")

    @dg.asset
    def talkative(context) -> None:
        for number in range(3000):
            context.log.info(f"{number:05d} " + "x" * 1000)

    @dg.asset
    def huge(context) -> None:
        context.log.info("y" * 20_000_000)
        context.log.info("z" * 5_000_000)

    @dg.asset
    def messy() -> None:
        os.chdir("/")
        os.umask(0o077)
        os.environ["LEFT"] = "behind"
        os.environ.pop("HOME", None)
        sys.path.insert(0, "/nowhere")
        signal.signal(signal.SIGALRM, lambda *a: None)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.alarm(1)
        random.seed(1)
        logging.getLogger().addHandler(logging.StreamHandler())
        logging.disable(logging.CRITICAL)
        sys.stdout = open(os.devnull, "w")

    @dg.asset
    def facts(context) -> None:
        mask = os.umask(0)
        os.umask(mask)
        context.log.info(repr([
            os.getcwd() == os.path.dirname(os.path.abspath(__file__)), mask, os.environ.get("LEFT"),
            "HOME" in os.environ, "/nowhere" in sys.path, signal.getsignal(signal.SIGALRM) == signal.SIG_DFL,
            signal.getitimer(signal.ITIMER_REAL)[0], logging.getLogger().handlers, logging.root.manager.disable,
            sys.stdout is sys.__stdout__]))
        context.log.info("random " + repr(random.random()))

    @dg.asset
    def threaded() -> None:
        threading.Thread(target=time.sleep, args=(2,), name="left-over", daemon=True).start()

    @dg.asset
    def waiting_thread(context) -> None:
        def work():
            time.sleep(0.3)
            print("from the thread")
        threading.Thread(target=work).start()

    @dg.asset
    def forking(context) -> None:
        context.log.info("before")
        pid = os.fork()
        if pid == 0:
            raise ValueError("in the child")
        os.waitpid(pid, 0)

    made = []

    @dg.resource
    def connection(context):
        made.append(len(made))
        print("up", made[-1])
        yield made[-1]
        print("down")

    @dg.asset(required_resource_keys={"connection"})
    def using(context) -> None:
        print("using", context.resources.connection)

    defs = dg.Definitions(
        assets=[quiet, numbers, broken, leaving, vanishing, slow, cleaning, talkative, huge, messy, facts, threaded,
                waiting_thread, forking, using],
        resources={"connection": connection},
    )
"""

KINDS = ("process", "worker")


@pytest.fixture
def ready(host):
    def start(text=CODE):
        client = host({"defs.py": textwrap.dedent(text)})
        reply = client.compile()
        assert reply["ok"], reply
        return client

    return start


def made_ahead(worker):
    """What a worker that waits has made, by name: each file's inode. By then it leads its session, too."""
    for _ in range(2000):
        if (worker.desk / "stderr").exists():
            return {path.name: path.stat().st_ino for path in worker.desk.iterdir()}
        time.sleep(0.01)
    raise AssertionError("nothing was made ahead")


def test_workers_are_leaders_of_their_sessions_and_wait(ready):
    client = ready()
    workers = client.workers(3)
    assert len({worker.pid for worker in workers}) == 3
    for worker in workers:
        made_ahead(worker)
        assert os.getsid(worker.pid) == os.getpgid(worker.pid) == worker.pid
        assert worker.method == "fork"
        with open(f"/proc/{worker.pid}/stat") as file:
            assert file.read().rsplit(")", 1)[1].split()[19] == worker.started


def test_workers_are_as_before_once_memory_has_moved(ready):
    client = ready()
    early, *others = client.workers(MOVING_FORK + 2)
    for worker in (early, others[-1]):
        step = worker.run("numbers", isolation="process")
        assert step.exception is None, step.exception
        assert worker.exit()["code"] == 0
    for worker in others[:-1]:
        worker.socket.close()
        assert worker.exit()["code"] == 0


@pytest.mark.parametrize("isolation", KINDS)
def test_step_tells_the_same_on_the_socket_and_in_the_file(ready, isolation):
    client = ready()
    worker = client.workers()[0]
    step = worker.run("numbers", isolation=isolation)
    assert step.exception is None, step.exception
    assert step.file.read_bytes() == worker.bytes
    methods = [message["method"] for message in step.messages]
    assert methods[0] == "opened" and methods[-1] == "closed"
    facts = step.messages[0]["params"]["extras"]["plait"]
    assert facts == {
        "pid": worker.pid,
        "started": worker.started,
        "run": "run-1",
        "step": "numbers",
        "attempt": 1,
    }
    usage = step.closed["plait"]
    assert usage["max_rss_kib"] > 1000 and usage["user_us"] >= 0 and usage["system_us"] >= 0
    assert step.wrote("stdout") == "to stdout\nfrom a child\n" or isolation == "process"
    assert sorted(step.wrote("stdout").splitlines()) == ["from a child", "to stdout"]
    assert step.wrote("stderr") == "to stderr\n"
    if isolation == "process":
        assert worker.exit()["code"] == 0


def test_files_made_ahead_are_those_of_the_step(ready):
    client = ready()
    worker = client.workers()[0]
    made = made_ahead(worker)
    step = worker.run("numbers", isolation="process", ahead=True)
    assert step.exception is None
    assert step.file.read_bytes() == worker.bytes
    assert {path.name: path.stat().st_ino for path in step.folder.iterdir()} == made
    assert sorted(step.wrote("stdout").splitlines()) == ["from a child", "to stdout"]
    assert worker.exit()["code"] == 0


def test_worker_that_had_no_step_leaves_no_folder(ready):
    client = ready()
    worker = client.workers()[0]
    made_ahead(worker)
    worker.socket.close()
    assert worker.exit()["code"] == 0
    assert not worker.desk.exists()


def test_kept_worker_runs_step_after_step(ready):
    client = ready()
    worker = client.workers()[0]
    assert worker.run("numbers").exception is None
    quiet = worker.run("quiet")
    assert quiet.exception is None
    assert not quiet.folder.exists()
    failed = worker.run("broken")
    assert failed.exception["message"] == "no luck" and failed.exception["line"]
    after = worker.run("numbers")
    assert after.exception is None
    assert sorted(after.wrote("stdout").splitlines()) == ["from a child", "to stdout"]
    assert after.file.read_bytes() == worker.bytes
    assert len([one for one in after.filed if one["method"] == "opened"]) == 4
    worker.socket.close()
    assert worker.exit()["code"] == 0


def test_process_worker_exits_with_1_after_an_exception(ready):
    client = ready()
    worker = client.workers()[0]
    assert worker.run("broken", isolation="process").exception["name"] == "ValueError"
    assert worker.exit()["code"] == 1


@pytest.mark.parametrize("isolation", KINDS)
def test_sys_exit_is_a_failure_that_closes(ready, isolation):
    client = ready()
    worker = client.workers()[0]
    step = worker.run("leaving", isolation=isolation)
    assert "sys.exit(0)" in step.exception["message"]
    if isolation == "worker":
        assert worker.run("quiet").exception is None


@pytest.mark.parametrize("isolation", KINDS)
def test_os_exit_is_told_by_the_exit_alone(ready, isolation):
    client = ready()
    worker = client.workers()[0]
    step = worker.give("vanishing", isolation=isolation)
    event = worker.exit()
    assert (event["code"], event["signal"]) == (7, None)
    assert [one["method"] for one in step.filed] == ["opened"]
    folder = step.folder if isolation == "process" else step.file.parent
    assert (folder / "stdout").read_text() == "last words\n"


@pytest.mark.parametrize("isolation", KINDS)
def test_gentle_stop_raises_in_user_code_and_closes(ready, isolation):
    client = ready()
    worker = client.workers()[0]
    step = worker.give("cleaning", isolation=isolation)
    step.wait("sleeping")
    time.sleep(0.1)
    worker.signal()
    step.wait()
    assert step.exception["name"] == "DagsterExecutionInterruptedError"
    assert step.method("log")[-1]["message"] == "cleaned up"
    if isolation == "process":
        assert worker.exit()["code"] == 1
        return
    second = worker.give("slow")
    second.wait("sleeping")
    worker.signal()
    second.wait()
    assert second.exception["name"] == "DagsterExecutionInterruptedError"
    assert worker.run("quiet").exception is None


def test_stop_and_end_of_file_while_waiting_end_the_worker(ready):
    client = ready()
    stopped, left = client.workers(2)
    made_ahead(stopped)
    stopped.signal()
    assert stopped.exit()["signal"] in (None, signal.SIGTERM)
    left.socket.close()
    assert left.exit()["code"] == 0
    kept = client.workers()[0]
    kept.run("quiet")
    time.sleep(0.1)
    kept.signal()
    assert kept.exit()["code"] == 0


def test_killed_worker_is_told_by_its_signal(ready):
    client = ready()
    worker = client.workers()[0]
    step = worker.give("slow")
    step.wait("sleeping")
    worker.signal(signal.SIGKILL)
    event = worker.exit()
    assert (event["code"], event["signal"]) == (None, 9)
    assert step.messages[-1]["method"] == "log"


STRAYING = """
    import os, subprocess, sys
    import dagster as dg

    CHAIN = "import subprocess, sys; subprocess.Popen(['sleep', '1000'], start_new_session=True); import time; time.sleep(1000)"

    @dg.asset
    def straying(context) -> None:
        subprocess.Popen([sys.executable, "-c", CHAIN], start_new_session=True)
        subprocess.Popen(["sleep", "1000"])
        while len(told()) < 3:
            pass
        context.log.info(" ".join(told()))

    def told(pid="self"):
        with open(f"/proc/{pid}/task/{os.getpid() if pid == 'self' else pid}/children") as file:
            own = file.read().split()
        return own + [one for child in own for one in told(child)]

    defs = dg.Definitions(assets=[straying])
"""


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("isolation", KINDS)
def test_what_a_step_leaves_outside_of_its_group_ends_with_its_worker(ready, isolation):
    client = ready(STRAYING)
    worker = client.workers()[0]
    step = worker.run("straying", isolation=isolation)
    assert step.exception is None
    left = [int(pid) for pid in step.method("log")[0]["message"].split()]
    group = {pid: os.getpgid(pid) for pid in left if is_alive(pid)}
    worker.socket.close()
    assert worker.exit()["code"] == 0
    own = [pid for pid in left if group.get(pid) == worker.pid]
    try:
        assert len(left) == 3 and len(own) == 1
        end = time.monotonic() + 20
        while any(is_alive(pid) for pid in left if pid not in own):
            assert time.monotonic() < end, "a process is left"
            time.sleep(0.01)
    finally:
        for pid in own:  # the server's to end
            os.kill(pid, signal.SIGKILL)


def test_other_workers_do_not_hold_a_socket_open(ready):
    client = ready()
    first, second = client.workers(2)
    third = client.workers()[0]
    for worker in (first, second, third):
        worker.socket.close()
        assert worker.exit()["code"] == 0


@pytest.mark.parametrize("isolation", KINDS)
def test_step_outlives_its_server_and_completes_its_file(ready, isolation):
    client = ready(CODE.replace("time.sleep(60)", "time.sleep(1)"))
    worker = client.workers()[0]
    step = worker.give("cleaning", isolation=isolation)
    step.wait("sleeping")
    worker.socket.close()
    client._lines.close()
    client.socket.close()
    assert client.process.wait(10) == 0
    step.wait_for_file('"closed"')
    assert "exception" not in step.filed[-1]["params"]
    assert [one["params"]["message"] for one in step.filed if one["method"] == "log"] == [
        "sleeping",
        "cleaned up",
    ]
    end = time.monotonic() + 10
    while os.path.exists(f"/proc/{worker.pid}") and time.monotonic() < end:
        with open(f"/proc/{worker.pid}/stat") as file:
            if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                break
        time.sleep(0.01)
    else:
        assert not os.path.exists(f"/proc/{worker.pid}")


def test_slow_server_holds_the_step_back_and_loses_nothing(ready):
    client = ready()
    worker = client.workers()[0]
    step = worker.give("talkative")
    time.sleep(0.5)
    early = step.file.stat().st_size
    assert early < 2_000_000  # of three: it waits
    step.wait()
    logs = step.method("log")
    assert [int(log["message"][:5]) for log in logs] == list(range(3000))
    assert step.file.read_bytes() == worker.bytes


def test_step_that_waits_for_a_slow_server_can_be_stopped(ready):
    client = ready()
    worker = client.workers()[0]
    step = worker.give("talkative")
    time.sleep(0.5)
    worker.signal()
    time.sleep(0.2)
    step.wait()
    assert step.exception["name"] == "DagsterExecutionInterruptedError"
    assert step.file.read_bytes() == worker.bytes
    assert 10 < len(step.method("log")) < 3000


def test_huge_message_is_cut_or_passed_whole(ready):
    client = ready()
    worker = client.workers()[0]
    step = worker.run("huge")
    assert step.exception is None
    cut, whole = step.method("log")
    assert len(cut["message"]) < 100_000 and "20000000 characters in all" in cut["message"]
    assert len(whole["message"]) == 5_000_000
    assert step.file.read_bytes() == worker.bytes


def test_kept_worker_gives_the_next_step_a_clean_process(ready):
    client = ready()
    worker = client.workers()[0]
    fresh = worker.run("facts")
    assert worker.run("messy").exception is None
    after = worker.run("facts")
    assert after.exception is None, after.exception
    assert fresh.method("log")[0] == after.method("log")[0]
    one = worker.run("messy"), worker.run("facts")
    assert one[1].method("log")[1] != after.method("log")[1]
    assert client.log.read_text().count("\n") == 0


def test_threads_left_over_are_told_by_a_kept_worker(ready):
    client = ready()
    worker = client.workers()[0]
    step = worker.run("threaded")
    assert step.exception is None
    assert "left-over" in step.method("log")[0]["message"]
    assert not worker.run("quiet").method("log")


def test_process_waits_for_the_threads_of_its_step(ready):
    client = ready()
    worker = client.workers()[0]
    step = worker.run("waiting_thread", isolation="process")
    assert step.wrote("stdout") == "from the thread\n"


@pytest.mark.parametrize("isolation", KINDS)
def test_process_forked_by_user_code_does_not_speak_for_the_step(ready, isolation):
    client = ready()
    worker = client.workers()[0]
    step = worker.run("forking", isolation=isolation)
    assert step.exception is None, step.exception
    assert "in the child" in step.wrote("stderr")
    methods = [one["method"] for one in step.filed]
    assert methods == ["opened", "log", "report_asset_materialization", "closed"]


def test_resources_are_made_anew_for_each_step_of_a_kept_worker(ready):
    client = ready()
    worker = client.workers()[0]
    for number in range(2):
        step = worker.run("using")
        assert step.exception is None, step.exception
        assert step.wrote("stdout") == f"up {number}\nusing {number}\ndown\n"


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


def test_workers_are_refused_before_compiling(host):
    client = host({"defs.py": "import dagster as dg\n"})
    reply = client.ask("fork", count=1)
    assert not reply["ok"] and "compiled" in reply["error"]["message"]


def test_nonsense_ends_the_worker(ready):
    client = ready()
    worker = client.workers()[0]
    worker.socket.sendall(b"{}\n")
    assert worker.exit()["code"] == 74


def test_worker_has_nothing_of_what_makes_forks_cheap(ready):
    client = ready(
        """
        import os
        import dagster as dg

        @dg.asset
        def descriptors() -> None:
            for name in os.listdir("/proc/self/fd"):
                try:
                    print(os.readlink(f"/proc/self/fd/{name}"))
                except OSError:
                    pass
        """
    )
    assert "io_uring" not in client.run("descriptors").stdout


@pytest.mark.parametrize("listens", [False, True])
def test_rehearsal_has_no_effect_outside_of_the_host(ready, listens):
    client = ready(
        f"""
        import logging
        import dagster as dg

        if {listens}:
            logging.getLogger("dagster").addHandler(logging.FileHandler("heard", delay=True))

        class Refusing(dg.IOManager):
            def handle_output(self, context, obj):
                open("stored", "w").close()
            def load_input(self, context):
                raise NotImplementedError

        @dg.resource
        def connection(context):
            open("connected", "w").close()
            yield 1

        @dg.asset
        def one():
            return 1

        defs = dg.Definitions([one], resources={{"io_manager": Refusing(), "connection": connection}})
        """
    )
    before = sorted(client.root.rglob("*")), sorted(client.state.rglob("*"))
    worker = client.workers()[0]
    time.sleep(0.2)
    after = sorted(client.root.rglob("*")), sorted(client.state.rglob("*"))
    assert [path for path in after[0] if "__pycache__" not in path.parts] == [
        path for path in before[0] if "__pycache__" not in path.parts
    ]
    assert [path for path in after[1] if not {"pycache", "workers"} & set(path.parts)] == [
        path for path in before[1] if not {"pycache", "workers"} & set(path.parts)
    ]
    assert client.log.read_text() == ""
    step = worker.run("one")
    assert step.exception is None and (client.root / "stored").exists()
