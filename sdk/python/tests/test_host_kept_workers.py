"""Workers that take one step after the other: each finds the process as the first one did."""

from __future__ import annotations

CODE = """
    import logging, os, random, signal, subprocess, sys, threading, time
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

    defs = dg.Definitions(assets=[quiet, numbers, broken, messy, facts, threaded, using], resources={"connection": connection})
"""


def test_kept_worker_runs_step_after_step(ready):
    client = ready(CODE)
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


def test_kept_worker_gives_the_next_step_a_clean_process(ready):
    client = ready(CODE)
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
    client = ready(CODE)
    worker = client.workers()[0]
    step = worker.run("threaded")
    assert step.exception is None
    assert "left-over" in step.method("log")[0]["message"]
    assert not worker.run("quiet").method("log")


def test_resources_are_made_anew_for_each_step_of_a_kept_worker(ready):
    client = ready(CODE)
    worker = client.workers()[0]
    for number in range(2):
        step = worker.run("using")
        assert step.exception is None, step.exception
        assert step.wrote("stdout") == f"up {number}\nusing {number}\ndown\n"
