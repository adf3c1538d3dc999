"""External processes: what they are told, what comes of what they say, how they end."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import plait as dg
import pytest
from plait.errors import CheckError
from plait.pipes import protocol
from plait.pipes.values import value_of

PROGRAM = str(pathlib.Path(__file__).with_name("pipes_program.py"))
INJECTORS = ["PipesEnvContextInjector", "PipesTempFileContextInjector", "PipesFileContextInjector"]
READERS = {
    "temp file": dg.PipesTempFileMessageReader,
    "named pipe": dg.PipesFifoMessageReader,
    "stdout": dg.PipesStdioMessageReader,
    "stderr": lambda: dg.PipesStdioMessageReader("stderr"),
    "buffered": lambda: dg.PipesStdioMessageReader(buffered=True),
}


def program(code: str) -> list[str]:
    return [sys.executable, PROGRAM, code]


def run(code, client=None, keys=("thing",), results="get_results", **given):
    """Materialize `keys` with a program that runs `code`; the result, whatever came of it."""
    command = code if isinstance(code, list) else program(code)

    @dg.multi_asset(specs=[dg.AssetSpec(key) for key in keys], can_subset=True)
    def step(context, pipes: dg.PipesSubprocessClient):
        return getattr(pipes.run(context=context, command=command, **given), results)()

    return dg.materialize(
        [step], resources={"pipes": client or dg.PipesSubprocessClient()}, raise_on_error=False
    )


def error(result) -> str:
    return str(result.failure_data_for_node("step").error)


def made(result) -> dict:
    return {
        event.materialization.asset_key.to_user_string(): event.materialization
        for event in result.get_asset_materialization_events()
    }


def plain(metadata) -> dict:
    return {name: value.value for name, value in metadata.items()}


# What goes out, what comes back.


@pytest.mark.parametrize("injector", INJECTORS)
@pytest.mark.parametrize("reader", list(READERS))
def test_context_goes_out_and_reports_come_back(injector, reader, tmp_path):
    kind = getattr(dg, injector)
    path = tmp_path / "context"
    client = dg.PipesSubprocessClient(
        context_injector=kind(str(path))
        if "File" in injector and "Temp" not in injector
        else kind(),
        message_reader=READERS[reader](),
    )
    result = run(
        """
told = context()
send("report_asset_materialization", asset_key=told["asset_keys"][0], data_version="v7",
     metadata={"extras": {"type": "json", "raw_value": told["extras"]}, "run": told["run_id"]})
send("report_custom_message", payload={"x": [1]})
""",
        client,
        extras={"rows": 3, "ä": None},
    )
    thing = made(result)["thing"]
    assert plain(thing.metadata) == {"extras": {"rows": 3, "ä": None}, "run": result.run_id}
    assert thing.tags["dagster/data_version"] == "v7"
    assert not path.exists()


def test_the_context_is_the_whole_payload_of_the_protocol(tmp_path):
    result = run(
        f"json.dump(context(), open({str(tmp_path / 'told')!r}, 'w'))", keys=("b", ["a", "c"])
    )
    assert result.success
    assert json.loads((tmp_path / "told").read_text()) == {
        "asset_keys": ["a/c", "b"],
        "code_version_by_asset_key": {"a/c": None, "b": None},
        "provenance_by_asset_key": {"a/c": None, "b": None},
        "partition_key": None,
        "partition_key_range": None,
        "partition_time_window": None,
        "run_id": result.run_id,
        "job_name": "__ephemeral_asset_job__",
        "retry_number": 0,
        "extras": {},
    }


def test_assets_that_were_not_reported_are_made_implicitly():
    result = run(
        'send("report_asset_materialization", asset_key="b", metadata={"n": 1})', keys="abc"
    )
    assert {key: plain(one.metadata) for key, one in made(result).items()} == {
        "a": {},
        "b": {"n": 1},
        "c": {},
    }


def test_checks_and_logs_are_the_steps_own(capfd):
    result = run(
        """
send("log", message="50% done", level="WARNING")
send("log", message="odd level", level="nonsense")
send("report_asset_check", asset_key="thing", check_name="fresh", passed=False, severity="WARN", metadata={"n": 2})
""",
        results="get_materialize_result",
    )
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.severity) == (
        "fresh",
        False,
        dg.AssetCheckSeverity.WARN,
    )
    assert plain(check.metadata) == {"n": 2}
    err = capfd.readouterr().err
    assert "WARNING" in err and "50% done" in err and "INFO" in err and "odd level" in err


def test_results_must_be_returned():
    @dg.asset
    def forgets(context, pipes: dg.PipesSubprocessClient):
        pipes.run(context=context, command=["true"])

    @dg.asset
    def gives_a_value(context, pipes: dg.PipesSubprocessClient):
        pipes.run(context=context, command=["true"])
        return 5

    for one in (forgets, gives_a_value):
        with pytest.raises(dg.DagsterInvariantViolationError, match="must be returned or yielded"):
            dg.materialize([one], resources={"pipes": dg.PipesSubprocessClient()})


def test_a_unit_test_calls_the_asset_with_a_client():
    @dg.asset
    def thing(context, pipes: dg.PipesSubprocessClient):
        return pipes.run(context=context, command=program("pass")).get_results()

    given = {"pipes": dg.PipesSubprocessClient()}
    (result,) = thing(dg.build_asset_context(resources=given))
    assert result.asset_key == dg.AssetKey("thing")
    done = dg.PipesSubprocessClient().run(context=dg.build_asset_context(), command=["true"])
    assert done.get_results() == ()


def test_one_result_is_wanted_where_one_is_asked_for():
    assert "there are 2 materializations (a, b)" in error(
        run("pass", keys="ab", results="get_materialize_result")
    )
    assert "one check result is wanted" in error(run("pass", results="get_asset_check_result"))
    context = dg.build_asset_context()
    code = 'send("report_asset_check", asset_key="a", check_name="c", passed=True)'
    done = dg.PipesSubprocessClient().run(context=context, command=program(code))
    assert done.get_asset_check_result().passed
    with pytest.raises(dg.DagsterPipesError, match="reported no materialization"):
        done.get_materialize_result(implicit_materialization=False)


def test_environment_and_folder_of_the_run_win_over_the_clients(tmp_path):
    client = dg.PipesSubprocessClient(env={"A": "client", "B": "client"}, cwd="/")
    code = """
for name in "AB": send("report_custom_message", payload=os.environ[name])
send("report_custom_message", payload=os.getcwd())
"""
    done = client.run(
        context=dg.build_asset_context(), command=program(code), env={"A": "run"}, cwd=str(tmp_path)
    )
    assert done.get_custom_messages() == ("run", "client", str(tmp_path))


# Ordinary output.


def test_output_that_is_no_message_is_passed_on_as_it_is(capfdbinary):
    lines = rb"""print('{"a": 1}'); print("[1]"); sys.stdout.flush()
sys.stdout.buffer.write(bytes([0xff, 0xfe, 10])); sys.stdout.buffer.write(b"50%\r100%")"""
    client = dg.PipesSubprocessClient(message_reader=dg.PipesStdioMessageReader())
    command = [sys.executable, "-c", "import sys\n" + lines.decode()]
    assert run(command, client).success
    assert capfdbinary.readouterr().out == b'{"a": 1}\n[1]\n\xff\xfe\n50%\r100%'


@pytest.mark.parametrize("reader", ["temp file", "stdout"])
def test_output_is_not_passed_on_when_it_is_not_wanted(reader, capfd):
    client = dg.PipesSubprocessClient(message_reader=READERS[reader](), forward_stdio=False)
    assert run('print("x" * (1 << 20)); print("y", file=sys.stderr)', client).success
    out, err = capfd.readouterr()
    assert "x" not in out and "y\n" not in err


@pytest.mark.parametrize("reader", list(READERS))
def test_a_lot_of_everything_does_not_block(reader):
    code = """
for number in range(300):
    print("o" * 5000); print("e" * 5000, file=sys.stderr)
    send("report_custom_message", payload="m" * 20000)
"""
    client = dg.PipesSubprocessClient(message_reader=READERS[reader]())
    done = client.run(context=dg.build_asset_context(), command=program(code))
    assert len(done.get_custom_messages()) == 300


def test_messages_are_read_as_they_come():
    came = []

    class Handler(dg.PipesMessageReader):
        inner = dg.PipesTempFileMessageReader()

        def read_messages(self, handler):
            whole = handler.handle_message
            handler.handle_message = lambda message: (came.append(time.monotonic()), whole(message))
            return self.inner.read_messages(handler)

        def no_messages_debug_text(self):
            return "nothing came"

    client = dg.PipesSubprocessClient(message_reader=Handler())
    client.run(context=dg.build_asset_context(), command=program("time.sleep(0.5)"))
    assert came[1] - came[0] > 0.4


def test_messages_are_read_where_the_kernel_gives_no_notice(monkeypatch):
    monkeypatch.setattr("plait.pipes.sources._available", False)
    code = 'send("report_custom_message", payload=1); time.sleep(0.2)'
    done = dg.PipesSubprocessClient().run(context=dg.build_asset_context(), command=program(code))
    assert done.get_custom_messages() == (1,)


# What goes wrong.


def test_a_process_that_never_speaks_is_told_of(capfd):
    assert run(["true"]).success
    assert "no messages came from the external process" in capfd.readouterr().err


def test_a_process_that_does_not_close_is_told_of(capfd):
    assert run("os._exit(0)").success
    assert "ended without closing" in capfd.readouterr().err


def test_a_status_other_than_zero_fails_the_step_and_the_exception_is_named(capfd):
    result = run("""
send("closed", exception={"message": "no luck", "name": "ValueError", "stack": ["at line 5\\n"],
     "cause": {"message": "before", "name": "KeyError", "stack": [], "cause": None, "context": None}, "context": None})
os._exit(3)
""")
    assert "ended with status 3: ValueError: no luck" in error(result)
    err = capfd.readouterr().err
    assert "at line 5" in err and "because of:\nKeyError: before" in err
    assert "signal 9" in error(run("os.kill(os.getpid(), 9)"))


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            'send("report_asset_materialization", asset_key="other/key", metadata=None, data_version=None)',
            'asset "other/key" is not one that this step makes; it makes a, b',
        ),
        ('send("report_asset_materialization")', "asset_key must say which asset is meant"),
        (
            'send("report_asset_check", asset_key="x", check_name="c", passed=True)',
            'asset "x" is not',
        ),
        (
            'send("report_asset_check", asset_key="a", check_name="c", passed=1)',
            "passed must be True or False",
        ),
        (
            'send("report_asset_check", asset_key="a", check_name="c", passed=True, severity="BAD")',
            "severity must be WARN or ERROR",
        ),
        (
            'send("report_asset_materialization", asset_key="a", metadata={"m": {"type": "odd", "raw_value": 1}})',
            "metadata \"m\" is of type 'odd'",
        ),
        (
            'send("report_asset_materialization", asset_key="a", metadata={"m": {"type": "int", "raw_value": "x"}})',
            "metadata \"m\" of type int cannot be 'x'",
        ),
        (
            'send("report_asset_materialization", asset_key="a", data_version=5)',
            "DataVersion must be a string",
        ),
        (
            'raw(b\'{"__dagster_pipes_version":"0.1","method":"log","params":[1]}\\n\')',
            "params must",
        ),
    ],
)
def test_a_report_that_cannot_be_taken_fails_the_step_and_says_why(code, sentence):
    result = run(code, keys="ab")
    assert not result.success
    assert sentence in error(result)


def test_what_is_no_message_is_told_and_left_out(capfd):
    result = run(r"""
raw(b"garbage\n"); raw(b"\xff\xfe\n"); raw(b'{"method":"log"}\n'); raw(b'{"__dagster_pipes_version":"0.1","me\n'); raw(b"\n")
raw(b"[" * 100000 + b"\n"); raw(b'{"a":' * 100000 + b"\n")
send("brand_new_method", x=1); send("brand_new_method", x=1)
raw(b'{"__dagster_pipes_version":"0.2","method":"log","params":{"message":"from the future","level":"INFO"}}\n')
raw(b'{"__dagster_pipes_version":"0.1","method":"log","params":{"message":"caf\xe9","level":"INFO"}}\n')
""")
    assert result.success, error(result)
    err = capfd.readouterr().err
    assert err.count("this is no message") == 6
    assert err.count("'brand_new_method' was left out") == 1
    assert "from the future" in err and "version '0.2'" in err and "caf\ufffd" in err


def test_a_last_line_without_an_end_counts_when_it_is_whole(capfd):
    whole = (
        '{"__dagster_pipes_version":"0.1","method":"report_custom_message","params":{"payload":1}}'
    )
    for text, count in ((whole, 1), (whole[:-5], 0)):
        code = f"raw({text.encode()!r}); os._exit(0)"
        done = dg.PipesSubprocessClient().run(
            context=dg.build_asset_context(), command=program(code)
        )
        assert len(done.get_custom_messages()) == count


def test_a_message_that_is_too_long_fails_the_step(capfd):
    result = run(
        'send("report_custom_message", payload="x" * (17 << 20)); send("log", message="after")'
    )
    assert "more than 16777216 bytes" in error(result)
    assert "after" in capfd.readouterr().err


def test_extras_must_be_json():
    with pytest.raises(CheckError, match="extras cannot be written as JSON"):
        dg.PipesSubprocessClient().run(
            context=dg.build_asset_context(), command=["true"], extras={"x": object()}
        )


def test_extras_too_large_for_the_environment_say_what_to_use():
    client = dg.PipesSubprocessClient(context_injector=dg.PipesEnvContextInjector())
    noise = os.urandom(200_000).hex()
    with pytest.raises(dg.DagsterPipesExecutionError, match="PipesTempFileContextInjector"):
        client.run(context=dg.build_asset_context(), command=["true"], extras={"noise": noise})


def test_a_command_that_does_not_exist_is_named():
    with pytest.raises(FileNotFoundError, match="no-such-command"):
        dg.PipesSubprocessClient().run(
            context=dg.build_asset_context(), command=["no-such-command"]
        )


# Ends.


def alive(pid: int) -> bool:
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(condition, limit: float = 20) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def test_what_a_program_leaves_running_ends_with_it(tmp_path):
    pid = tmp_path / "pid"
    assert run(["sh", "-c", f"sleep 1000 & echo $! >{pid}"]).success
    wait_for(lambda: not alive(int(pid.read_text())))


STEP = """
import os, signal, sys
sys.path[:0] = {path!r}
import plait as dg
from plait.host import interrupts
signals = interrupts.Interrupts()
signals.arm()
signals.state = interrupts.RUNNING
client = dg.PipesSubprocessClient(termination_timeout_seconds=1, forward_termination={forward})
client.run(context=dg.build_asset_context(), command={command!r})
"""


def interrupted(tmp_path, command, number, forward=True):
    """Start a process that runs `command` in a session, send it a signal when the command runs; how long it took."""
    path = [str(pathlib.Path(PROGRAM).parents[1])]
    code = STEP.format(path=path, command=command, forward=forward)
    with open(tmp_path / "said", "w") as said:
        step = subprocess.Popen([sys.executable, "-c", code], stderr=said)
    pid = tmp_path / "pid"
    try:
        wait_for(lambda: pid.exists() and pid.read_text())
        begun = time.monotonic()
        step.send_signal(number)
        step.wait(20)
    finally:
        step.kill()
        step.wait()
    assert step.returncode != 0, (tmp_path / "said").read_text()
    return int(pid.read_text()), time.monotonic() - begun


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_step_that_is_told_to_stop_tells_its_program(tmp_path, number):
    code = f"""
import os, time
try:
    with open({str(tmp_path / "pid")!r}, "w") as file: file.write(str(os.getpid()))
    time.sleep(1000)
except KeyboardInterrupt:
    with open({str(tmp_path / "bye")!r}, "w") as file: file.write("bye")
"""
    pid, _ = interrupted(tmp_path, [sys.executable, "-c", code], number)
    assert not alive(pid)
    assert (tmp_path / "bye").read_text() == "bye"


def test_a_program_that_does_not_listen_is_killed_with_all_it_started(tmp_path):
    code = f"trap '' INT TERM; sleep 1000 & echo $! >{tmp_path / 'pid'}; wait; sleep 1000"
    pid, took = interrupted(tmp_path, ["sh", "-c", code], signal.SIGTERM)
    assert 0.9 < took < 10
    wait_for(lambda: not alive(pid))


def test_a_program_goes_on_when_termination_is_not_forwarded(tmp_path):
    command = ["sh", "-c", f"echo $$ >{tmp_path / 'pid'}; exec sleep 1000"]
    pid, _ = interrupted(tmp_path, command, signal.SIGTERM, forward=False)
    assert alive(pid)
    os.kill(pid, signal.SIGKILL)


def test_a_program_ends_with_a_step_that_is_killed(tmp_path):
    command = ["sh", "-c", f"sleep 1000 & echo $! >{tmp_path / 'pid'}; wait"]
    pid, _ = interrupted(tmp_path, command, signal.SIGKILL)
    wait_for(lambda: not alive(pid))


def test_nothing_is_left_of_a_session():
    def count():
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    client = dg.PipesSubprocessClient()
    client.run(context=dg.build_asset_context(), command=["true"])
    before = count()
    for reader in READERS.values():
        client = dg.PipesSubprocessClient(message_reader=reader())
        client.run(context=dg.build_asset_context(), command=program("pass"))
    assert count() == before


# Parts of one's own.


def test_a_session_around_a_process_of_ones_own(tmp_path):
    @dg.asset
    def thing(context):
        with dg.open_pipes_session(
            context,
            dg.PipesTempFileContextInjector(),
            dg.PipesFileMessageReader(str(tmp_path / "messages")),
            extras={"n": 1},
        ) as session:
            assert set(session.get_bootstrap_cli_arguments()) == {
                "--dagster-pipes-context",
                "--dagster-pipes-messages",
            }
            code = 'send("report_asset_materialization", asset_key="thing", metadata=context()["extras"])'
            env = {**os.environ, **session.get_bootstrap_env_vars()}
            subprocess.run(program(code), env=env, check=True)
        yield from session.get_results()

    result = dg.materialize([thing])
    assert plain(made(result)["thing"].metadata) == {"n": 1}
    assert not (tmp_path / "messages").exists()


class OwnInjector(dg.PipesContextInjector):
    @contextmanager
    def inject_context(self, context_data):
        yield {"somewhere": context_data["extras"]}

    def no_messages_debug_text(self):
        return "injected by hand"


class OwnReader(dg.PipesMessageReader):
    opened = None

    @contextmanager
    def read_messages(self, handler):
        self.handler = handler
        yield {"else": 1}

    def on_opened(self, opened_payload):
        self.opened = opened_payload

    def no_messages_debug_text(self):
        return "read by hand"


class OwnClient(dg.PipesClient, dg.TreatAsResourceParam):
    def run(self, *, context, extras=None, **kwargs):
        reader = OwnReader()
        with dg.open_pipes_session(context, OwnInjector(), reader, extras) as session:
            assert session.get_bootstrap_params() == {
                "DAGSTER_PIPES_CONTEXT": {"somewhere": {"n": 1}},
                "DAGSTER_PIPES_MESSAGES": {"else": 1},
            }
            for method, params in (
                ("opened", {"extras": {"job": 5}}),
                ("report_asset_materialization", {"asset_key": "thing"}),
                ("closed", {}),
            ):
                reader.handler.handle_message({"method": method, "params": params})
        assert reader.opened == {"extras": {"job": 5}}
        return dg.PipesClientCompletedInvocation(session, metadata={"url": "x"})


def test_injectors_readers_and_clients_of_ones_own():
    @dg.asset
    def thing(context, client: OwnClient):
        return client.run(context=context, extras={"n": 1}).get_materialize_result()

    result = dg.materialize([thing], resources={"client": OwnClient()})
    assert plain(made(result)["thing"].metadata) == {"url": "x"}


def test_a_reader_that_raises_fails_the_step():
    class Reader(dg.PipesTempFileMessageReader):
        def on_opened(self, opened_payload):
            raise OSError("no such bucket")

    client = dg.PipesSubprocessClient(message_reader=Reader())
    with pytest.raises(dg.DagsterPipesExecutionError, match="no such bucket"):
        client.run(context=dg.build_asset_context(), command=program("pass"))


def test_several_processes_report_into_one_session(capfd):
    readers = [dg.PipesTempFileMessageReader(), dg.PipesFifoMessageReader()]
    context = dg.build_asset_context()
    with dg.open_pipes_session(
        context, dg.PipesEnvContextInjector(), dg.PipesCompositeMessageReader(readers)
    ) as session:
        for number, variables in enumerate(session.get_per_writer_bootstrap_env_vars()):
            code = f'send("report_custom_message", payload={number})'
            subprocess.run(program(code), env={**os.environ, **variables}, check=True)
    assert sorted(session.get_custom_messages()) == [0, 1]
    assert "without closing" not in capfd.readouterr().err


# Values.


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("__infer__", 5, dg.MetadataValue.int(5)),
        ("text", "a", dg.MetadataValue.text("a")),
        ("url", "a", dg.MetadataValue.url("a")),
        ("path", "a", dg.MetadataValue.path("a")),
        ("notebook", "a", dg.MetadataValue.notebook("a")),
        ("json", {"a": [1]}, dg.MetadataValue.json({"a": [1]})),
        ("md", "*a*", dg.MetadataValue.md("*a*")),
        ("float", 1, dg.MetadataValue.float(1.0)),
        ("int", 2.0, dg.MetadataValue.int(2)),
        ("bool", True, dg.MetadataValue.bool(True)),
        ("dagster_run", "a", dg.MetadataValue.dagster_run("a")),
        ("asset", "a/b", dg.MetadataValue.asset(dg.AssetKey(["a", "b"]))),
        ("null", None, dg.MetadataValue.null()),
        ("timestamp", 5, dg.MetadataValue.timestamp(5.0)),
        (
            "table_schema",
            {"columns": [{"name": "c", "type": "int"}]},
            dg.MetadataValue.table_schema(dg.TableSchema([dg.TableColumn("c", "int")])),
        ),
        (
            "table",
            {"records": [{"c": 1}], "schema": [{"name": "c", "type": "int"}]},
            dg.MetadataValue.table([dg.TableRecord({"c": 1})]),
        ),
        (
            "table_column_lineage",
            {"deps_by_column": {"c": [{"asset_key": "up", "column_name": "d"}]}},
            dg.MetadataValue.column_lineage(
                dg.TableColumnLineage({"c": [dg.TableColumnDep("up", "d")]})
            ),
        ),
    ],
)
def test_reported_values_become_metadata(kind, raw, value):
    assert value_of("m", {"type": kind, "raw_value": raw}) == value


def test_every_value_that_plait_stores_can_be_reported():
    from plait.metadata import serialise

    values = {
        "schema": dg.MetadataValue.table_schema(
            dg.TableSchema(
                [dg.TableColumn("c", constraints=dg.TableColumnConstraints(nullable=False))],
                dg.TableConstraints(["x"]),
            )
        ),
        "lineage": dg.MetadataValue.column_lineage(
            dg.TableColumnLineage({"c": [dg.TableColumnDep(["a", "b"], "d")]})
        ),
        "nan": dg.MetadataValue.float(float("inf")),
        "job": dg.MetadataValue.job("j", "l"),
    }
    for name, stored in serialise(values).items():
        assert value_of(name, stored) == values[name]


def test_parameters_are_written_as_the_protocol_says():
    assert protocol.decode(protocol.encode({"path": "ä"})) == {"path": "ä"}
    assert protocol.option("DAGSTER_PIPES_CONTEXT") == "--dagster-pipes-context"


def test_the_package_is_not_imported_before_it_is_used():
    code = "import sys, plait as dg; dg.asset; print([m for m in sys.modules if m.startswith('plait.pipes')])"
    code += (
        "; dg.PipesSubprocessClient; print('subprocess' in sys.modules, 'tempfile' in sys.modules)"
    )
    sdk = str(pathlib.Path(PROGRAM).parents[1])
    out = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {sdk!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert out.split("\n")[:2] == ["[]", "False False"]
